import { flip, type Mutation, ODD } from './edit.ts';

const HEADERS = [
  'X-Amz-Date',
  'Host',
  'Authorization',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
  'Date',
];
const VALUES = ['', '20200101T000000Z', 'localhost:5000', 'evil', 'UNSIGNED-PAYLOAD', 'e3b0c44298fc1c14'];

/** Changes of the headers, whatever they mean. */
export const headerMutations: Readonly<Record<string, Mutation>> = {
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
};
