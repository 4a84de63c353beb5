import type { RawRequest } from '../../../src/api/protocol/canonical.ts';

/** A request before it is written as bytes. */
export interface Draft {
  method: string;
  target: string;
  version: string;
  headers: [name: string, value: string][];
  body: Buffer;
  /** How the request marks the end of its body. */
  framing: 'length' | 'chunked' | 'as the headers say';
}

export function toDraft({ method, url, rawHeaders, body }: RawRequest): Draft {
  return {
    method,
    target: url,
    version: 'HTTP/1.1',
    headers: [
      ...rawHeaders.flatMap((name, index): [string, string][] =>
        index % 2 === 0 && !/^(connection|content-length)$/i.test(name)
          ? [[name, rawHeaders[index + 1] ?? '']]
          : [],
      ),
      ['Connection', 'close'],
    ],
    body: Buffer.from(body),
    framing: 'length',
  };
}

export function render(draft: Draft): Buffer {
  const { method, target, version, body, framing } = draft;
  const headers = [...draft.headers];
  if (framing === 'length') headers.push(['Content-Length', String(body.length)]);
  if (framing === 'chunked') headers.push(['Transfer-Encoding', 'chunked']);
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const middle = Math.ceil(body.length / 2);
  const chunks = [body.subarray(0, middle), body.subarray(middle)].flatMap((part) =>
    part.length === 0 ? [] : [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')],
  );
  return Buffer.concat([
    Buffer.from(`${method} ${target} ${version}\r\n${head}\r\n`, 'latin1'),
    ...(framing === 'chunked' ? [...chunks, Buffer.from('0\r\n\r\n')] : [body]),
  ]);
}
