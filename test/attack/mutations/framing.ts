import { render } from './draft.ts';
import { edit, type Mutation } from './edit.ts';

/** Changes of how the request is framed, and of its bytes. */
export const framingMutations: Readonly<Record<string, Mutation>> = {
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
