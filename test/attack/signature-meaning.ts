/** Everything that a signed request means, independent of its notation. */
export interface Meaning {
  readonly method: string;
  readonly path: string;
  /** `name=value`, decoded, in order: of the query part without X-Amz-*, and of the body. */
  readonly parameters: readonly string[];
  /** `name:value` of every header that is signed. */
  readonly signedHeaders: readonly string[];
  readonly credential: string;
  readonly date: string;
  readonly expires: string;
}

/**
 * The meaning of a request for a careful reader, written from the RFCs and not from the gateway. Undefined
 * where two careful readers could disagree on its length, its host or its parameters.
 */
export function meaningOf(raw: Buffer): Meaning | undefined {
  const text = raw.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return undefined;
  const [start = '', ...lines] = text.slice(0, end.index).split(/\r?\n/);
  const [method = '', target = '', version = '', ...more] = start.split(' ');
  // Node's parser accepts RTSP as HTTP; the rest of the request means the same.
  if (more.length > 0 || !/^(?:HTTP|RTSP)\/1\.[01]$/.test(version)) return undefined;
  const headers = readHeaders(lines);
  const body = headers && readBody(headers, text.slice(end.index + end[0].length));
  if (!headers || body === undefined) return undefined;

  const mark = target.indexOf('?');
  const query = readForm(mark < 0 ? '' : target.slice(mark + 1));
  const form = readForm(body);
  if (!query || !form) return undefined;
  const signature = readSignature(headers, query);
  if (!signature) return undefined;
  const { signed, ...rest } = signature;
  return {
    method,
    path: readPath(mark < 0 ? target : target.slice(0, mark)),
    parameters: [...query.filter(([name]) => !name.startsWith('X-Amz-')), ...form]
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
    signedHeaders: signed.map((name) => `${name}:${(headers.get(name) ?? []).join(',')}`),
    ...rest,
  };
}

type Headers = ReadonlyMap<string, readonly string[]>;

function readHeaders(lines: readonly string[]): Headers | undefined {
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of lines) {
    if (/^[ \t]/.test(line) && last) {
      last.push(`${last.pop()} ${line.trim()}`);
      continue;
    }
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/.exec(line) ?? [];
    if (name === '') return undefined;
    last = headers.get(name.toLowerCase()) ?? [];
    last.push(Buffer.from(value, 'latin1').toString().trim().replace(/\s+/g, ' '));
    headers.set(name.toLowerCase(), last);
  }
  return (headers.get('host') ?? []).length > 1 ? undefined : headers;
}

/** The body as Latin-1, delimited by one length or by chunks. */
function readBody(headers: Headers, rest: string): string | undefined {
  const lengths = headers.get('content-length') ?? [];
  const codings = headers.get('transfer-encoding') ?? [];
  if (lengths.length + codings.length > 1) return undefined;
  const [coding] = codings;
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? readChunks(rest) : undefined;
  const [length = '0'] = lengths;
  if (!/^\d+$/.test(length) || rest.length < Number(length)) return undefined;
  return rest.slice(0, Number(length));
}

function readChunks(rest: string): string | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const [head = '', size = ''] = /^([0-9a-f]+)(?:;[^\r\n]*)?\r\n/i.exec(rest.slice(at)) ?? [];
    if (head === '') return undefined;
    at += head.length;
    if (Number.parseInt(size, 16) === 0) return body;
    body += rest.slice(at, at + Number.parseInt(size, 16));
    at += Number.parseInt(size, 16) + 2;
  }
}

/** Removes dot segments and double slashes: RFC 3986, 5.2.4, as in Signature Version 4. */
function readPath(path: string): string {
  const origin = /^https?:\/\/[^/]*(\/.*)?$/i.exec(path);
  const segments: string[] = [];
  for (const segment of (origin ? (origin[1] ?? '/') : path).split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${path.endsWith('/') && segments.length > 0 ? '/' : ''}`;
}

function readForm(form: string): [string, string][] | undefined {
  try {
    const decode = (text: string) =>
      decodeURIComponent(Buffer.from(text, 'latin1').toString().replaceAll('+', ' '));
    return form
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair): [string, string] => {
        const equals = pair.indexOf('=');
        return equals < 0
          ? [decode(pair), '']
          : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
      });
  } catch {
    return undefined;
  }
}

function readSignature(headers: Headers, query: readonly (readonly [string, string])[]) {
  const authorizations = headers.get('authorization') ?? [];
  const presigned = query.filter(([name]) => name.startsWith('X-Amz-'));
  const isPresigned = presigned.some(([name]) => name === 'X-Amz-Algorithm');
  if (authorizations.length !== (isPresigned ? 0 : 1)) return undefined;
  const fields = new Map(
    isPresigned
      ? presigned.map(([name, value]): [string, string] => [name.slice('X-Amz-'.length), value])
      : (authorizations[0] ?? '')
          .replace(/^\S+/, '')
          .replaceAll(' ', '')
          .split(',')
          .map((pair): [string, string] => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]),
  );
  const date = isPresigned ? fields.get('Date') : (headers.get('x-amz-date') ?? headers.get('date'))?.join();
  return {
    signed: (fields.get('SignedHeaders') ?? '').toLowerCase().split(';').sort(),
    credential: fields.get('Credential') ?? '',
    date: date ?? '',
    expires: isPresigned ? (fields.get('Expires') ?? '') : '',
  };
}
