import type { Draft } from './draft.ts';
import { addQuery, edit, type Mutation } from './edit.ts';

const DIGITS = [...'0123456789abcdef'];

/** Changes the value of the signature, in the header or in the query part. */
function editSignature(draft: Draft, change: (value: string) => string): void {
  edit(draft, 'authorization', (value) => value.replace(/(?<=Signature=).*/, change));
  draft.target = draft.target.replace(/(?<=X-Amz-Signature=)[^&]*/, change);
}

/** Changes of what a signature consists of. */
export const signatureMutations: Readonly<Record<string, Mutation>> = {
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
};
