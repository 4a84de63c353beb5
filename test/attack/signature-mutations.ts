import type { RawRequest } from '../../src/api/protocol/canonical.ts';
import type { Random } from './api-random.ts';

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

/** Changes a draft in place, or returns a Buffer with the bytes to send instead. */
type Mutation = (draft: Draft, random: Random) => unknown;

const ODD = [
  '',
  ' ',
  '\t',
  '\0',
  '%00',
  '..',
  '/',
  '//',
  '?',
  '#',
  ';',
  '=',
  '&',
  '"',
  "'",
  'é',
  '\x7f',
  '*',
];
const DIGITS = [...'0123456789abcdef'];

function flip(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const code = (text.charCodeAt(at) || 64) ^ (1 << random.below(7));
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

function headerOf(draft: Draft, name: string) {
  return draft.headers.find(([each]) => each.toLowerCase() === name);
}

function edit(draft: Draft, name: string, change: (value: string) => string): void {
  const header = headerOf(draft, name);
  if (header) header[1] = change(header[1]);
}

/** Changes the value of the signature, in the header or in the query part. */
function editSignature(draft: Draft, change: (value: string) => string): void {
  edit(draft, 'authorization', (value) => value.replace(/(?<=Signature=).*/, change));
  draft.target = draft.target.replace(/(?<=X-Amz-Signature=)[^&]*/, change);
}

function addQuery(draft: Draft, pair: string): void {
  draft.target += (draft.target.includes('?') ? '&' : '?') + pair;
}

function reencode(target: string, random: Random): string {
  const at = random.below(target.length);
  const code = target.charCodeAt(at).toString(16).padStart(2, '0');
  return `${target.slice(0, at)}%${random.pick([code, code.toUpperCase()])}${target.slice(at + 1)}`;
}

const HEADERS = [
  'X-Amz-Date',
  'Host',
  'Authorization',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
  'Date',
];
const VALUES = ['', '20200101T000000Z', 'localhost:5000', 'evil', 'UNSIGNED-PAYLOAD', 'e3b0c44298fc1c14'];

/** Every way of changing a signed request, by name. */
export const mutations: Readonly<Record<string, Mutation>> = {
  nothing: () => {},
  'a byte of the method': (draft, random) => {
    draft.method = flip(draft.method, random);
  },
  'another method': (draft, random) => {
    draft.method = random.pick([
      'GET',
      'POST',
      'PUT',
      'HEAD',
      'DELETE',
      'OPTIONS',
      'PATCH',
      'CONNECT',
      'TRACE',
      'get',
    ]);
  },
  'a byte of the target': (draft, random) => {
    draft.target = flip(draft.target, random);
  },
  'another path': (draft, random) => {
    const query = draft.target.replace(/^[^?]*/, '');
    const paths = [
      '/',
      '/rds',
      '/rds/',
      '//rds/',
      '/./rds/',
      '/rds/../rds/',
      '/%72ds/',
      '/RDS/',
      '/rds/;x',
      '/rds/#f',
    ];
    draft.target =
      random.pick([...paths, '*', 'rds/', '/rds//', '/rds/.', '/rds/%2e%2e/rds/', '\\rds\\']) + query;
  },
  'a target with its origin': (draft, random) => {
    draft.target =
      random.pick(['http://localhost:5000', 'http://evil', 'https://localhost:5000']) + draft.target;
  },
  'a parameter more': (draft, random) => {
    const value = random.pick(['', 'x', 'RebootDBInstance', 'victim']);
    addQuery(draft, `${random.pick(['Action', 'Version', 'DBInstanceIdentifier', 'x', ...ODD])}=${value}`);
  },
  'a parameter of the signature more': (draft, random) => {
    const names = [
      'Signature',
      'Date',
      'Expires',
      'Credential',
      'SignedHeaders',
      'Algorithm',
      'Security-Token',
    ];
    addQuery(
      draft,
      `X-Amz-${random.pick(names)}=${random.pick(['', '1', '604800', 'AWS4-HMAC-SHA256', 'host'])}`,
    );
  },
  'an empty query': (draft, random) => {
    draft.target += random.pick(['?', '&', '&&', '?&', '#']);
  },
  'parameters in another order': (draft) => {
    const [path = '', query = ''] = draft.target.split('?');
    draft.target = query === '' ? draft.target : `${path}?${query.split('&').reverse().join('&')}`;
  },
  'another encoding of a character': (draft, random) => {
    draft.target = reencode(draft.target, random);
  },
  'a changed body': (draft, random) => {
    draft.body = Buffer.from(flip(draft.body.toString('latin1'), random), 'latin1');
  },
  'a body with additional bytes': (draft, random) => {
    const more = random.pick([
      '&',
      '&DBInstanceIdentifier=victim',
      '&Action=RebootDBInstance',
      '\0',
      '\r\n',
      '%',
    ]);
    draft.body = Buffer.concat([draft.body, Buffer.from(more)]);
  },
  'a body that ends early': (draft, random) => {
    draft.body = draft.body.subarray(0, random.below(draft.body.length + 1));
  },
  chunks: (draft) => {
    draft.framing = 'chunked';
  },
  'HTTP/1.0': (draft) => {
    draft.version = 'HTTP/1.0';
  },
  'another version': (draft, random) => {
    draft.version = random.pick(['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/11', 'http/1.1', '', 'RTSP/1.0']);
  },
  'a header less': (draft, random) => {
    draft.headers.splice(random.below(draft.headers.length), 1);
  },
  'a header twice': (draft, random) => {
    draft.headers.push([...random.pick(draft.headers)]);
  },
  'a header of its kind more': (draft, random) => {
    const header: [string, string] = [random.pick(HEADERS), random.pick(VALUES)];
    draft.headers.splice(random.below(draft.headers.length + 1), 0, header);
  },
  'a header that is not signed': (draft, random) => {
    draft.headers.push([`X-${random.below(1e9)}`, random.pick(['', 'x', 'x'.repeat(2_000), 'é'])]);
  },
  'headers in another order': (draft) => {
    draft.headers.reverse();
  },
  'a name of another case': (draft, random) => {
    const header = random.pick(draft.headers);
    header[0] = random.pick([header[0].toUpperCase(), header[0].toLowerCase()]);
  },
  'a byte of a name': (draft, random) => {
    const header = random.pick(draft.headers);
    header[0] = flip(header[0], random);
  },
  'a byte of a value': (draft, random) => {
    const header = random.pick(draft.headers);
    header[1] = flip(header[1], random);
  },
  'blanks around a value': (draft, random) => {
    const header = random.pick(draft.headers);
    header[1] = random.pick([
      ` ${header[1]}`,
      `${header[1]} \t`,
      `\t${header[1]}`,
      header[1].replace(' ', '  '),
    ]);
  },
  'a folded value': (draft, random) => {
    const header = random.pick(draft.headers);
    const at = random.below(header[1].length + 1);
    header[1] = `${header[1].slice(0, at)}\r\n ${header[1].slice(at)}`;
  },
  'a value that is odd': (draft, random) => {
    random.pick(draft.headers)[1] = random.pick(ODD);
  },
  'a digit of the signature': (draft, random) => {
    editSignature(draft, (value) => {
      const at = random.below(value.length);
      return value.slice(0, at) + random.pick(DIGITS) + value.slice(at + 1);
    });
  },
  'another form of the signature': (draft, random) => {
    const change = random.pick([
      (value: string) => value.toUpperCase(),
      (value: string) => value.slice(1),
      (value: string) => `${value}0`,
      (value: string) => ` ${value}`,
      () => '',
      () => '0'.repeat(64),
      (value: string) => `${value},Signature=${value}`,
      (value: string) => `0,Signature=${value}`,
      (value: string) => `${value},Signature=0`,
    ]);
    editSignature(draft, change);
  },
  'another scope': (draft, random) => {
    const [from, to] = random.pick([
      [/rds(?=(?:\/|%2F)aws4)/, 'sts'],
      [/local(?=(?:\/|%2F)rds)/, 'eu-west-1'],
      [/aws4_request/, 'aws5_request'],
      [/(?<=Credential=)AKIA/, 'BKIA'],
      [/(?<=(?:\/|%2F))20\d\d/, '1999'],
      [/aws4_request/, 'aws4_request/x'],
    ] as const);
    edit(draft, 'authorization', (value) => value.replace(from, to));
    draft.target = draft.target.replace(from, to);
  },
  'other signed headers': (draft, random) => {
    const change = (value: string) =>
      random.pick([
        value.split(';').reverse().join(';'),
        value.toUpperCase(),
        `${value};connection`,
        `${value};x-nothing`,
        value.replace(/;?host/, ''),
        value.replace(/;?x-amz-date/, ''),
        `${value};host`,
        `${value};`,
        '',
      ]);
    edit(draft, 'authorization', (value) => value.replace(/(?<=SignedHeaders=)[^,]*/, change));
    draft.target = draft.target.replace(/(?<=X-Amz-SignedHeaders=)[^&]*/, (names) =>
      encodeURIComponent(change(decodeURIComponent(names))),
    );
  },
  'another algorithm': (draft, random) => {
    const other = random.pick([
      'AWS4-HMAC-SHA1',
      'AWS4',
      'AWS4-ECDSA-P256-SHA256',
      'aws4-hmac-sha256',
      'Bearer',
      '',
    ]);
    edit(draft, 'authorization', (value) => value.replace('AWS4-HMAC-SHA256', other));
    draft.target = draft.target.replace('AWS4-HMAC-SHA256', other);
  },
  'another time': (draft, random) => {
    const change = (date: string) => date.replace(/\d(?=\d{0,3}Z)/, random.pick(DIGITS.slice(0, 10)));
    edit(draft, 'x-amz-date', change);
    draft.target = draft.target.replace(/(?<=X-Amz-Date=)[^&]*/, change);
  },
  'a longer life': (draft, random) => {
    draft.target = draft.target.replace(
      /(?<=X-Amz-Expires=)\d+/,
      random.pick(['604800', '604801', '1e9', '-1', '']),
    );
  },
  'both forms of a signature': (draft, random) => {
    addQuery(draft, 'X-Amz-Algorithm=AWS4-HMAC-SHA256');
    if (random.below(2)) draft.headers.push(['Authorization', 'AWS4-HMAC-SHA256 Credential=a']);
  },
  'a session token': (draft, random) => {
    if (random.below(2)) draft.headers.push(['X-Amz-Security-Token', random.pick(['', 'x'])]);
    else addQuery(draft, 'X-Amz-Security-Token=x');
  },
  'another host': (draft, random) => {
    edit(draft, 'host', () =>
      random.pick(['evil', 'localhost', 'localhost:5001', '', 'LOCALHOST:5000', 'a b', 'a,b']),
    );
  },
  'another hash of the body': (draft, random) => {
    draft.headers.push([
      'X-Amz-Content-Sha256',
      random.pick(['UNSIGNED-PAYLOAD', '', 'x', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD']),
    ]);
  },
  'another type or coding of the body': (draft, random) => {
    draft.headers.push(
      random.pick([
        ['Content-Encoding', 'gzip'],
        ['Content-Type', 'application/json'],
        ['Content-MD5', 'x'],
      ]),
    );
  },
  'two lengths': (draft, random) => {
    const { length } = draft.body;
    draft.headers.push([
      'Content-Length',
      random.pick([`${length}`, `${length + 1}`, '0', `${length}, ${length}`]),
    ]);
  },
  'an odd length': (draft, random) => {
    draft.framing = 'as the headers say';
    const { length } = draft.body;
    draft.headers.push([
      'Content-Length',
      random.pick([
        `+${length}`,
        `0x${length.toString(16)}`,
        `${length} `,
        `-${length}`,
        `${length}.0`,
        '',
        '9'.repeat(30),
        `${Math.max(0, length - 1)}`,
      ]),
    ]);
  },
  'a length and chunks': (draft, random) => {
    draft.framing = random.pick(['length', 'chunked']);
    draft.headers.push(
      draft.framing === 'length' ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', '4'],
    );
  },
  'another transfer coding': (draft, random) => {
    const codings = [
      'identity',
      'gzip',
      'xchunked',
      'chunked, identity',
      'chunked, chunked',
      ' chunked',
      '\x0bchunked',
    ];
    draft.headers.push(['Transfer-Encoding', random.pick(codings)]);
  },
  'a request behind the request': (draft, random) => {
    draft.headers = draft.headers.filter(([name]) => name !== 'Connection');
    const behind = random.pick(['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\r\n\r\n', 'x', '\0']);
    return Buffer.concat([render(draft), Buffer.from(behind)]);
  },
  'an expectation': (draft, random) => {
    draft.headers.push(['Expect', random.pick(['100-continue', '100-Continue', 'x', '', '200-ok'])]);
  },
  'an upgrade': (draft, random) => {
    edit(draft, 'connection', (value) => `${value}, upgrade`);
    draft.headers.push(['Upgrade', random.pick(['h2c', 'websocket', 'TLS/1.0'])]);
  },
  'very many headers': (draft, random) => {
    for (let count = random.below(1_500); count > 0; count--) draft.headers.push([`X${count}`, '1']);
  },
  'a header that is too large': (draft, random) => {
    draft.headers.push(['X-Large', 'x'.repeat(16_000 + random.below(2_000))]);
  },
  'bare line feeds': (draft) =>
    Buffer.from(render(draft).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  'a byte anywhere': (draft, random) => {
    const bytes = Buffer.from(render(draft));
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  'a byte more anywhere': (draft, random) => {
    const bytes = render(draft);
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
  },
  'an end anywhere': (draft, random) => {
    const bytes = render(draft);
    return bytes.subarray(0, 1 + random.below(bytes.length - 1));
  },
  noise: (_draft, random) =>
    Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256))),
};
