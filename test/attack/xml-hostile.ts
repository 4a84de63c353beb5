import type { Action } from '../../src/api/action.ts';
import { compileOperation, type Shape } from '../../src/api/protocol/schema.ts';
import type { Random } from './api-random.ts';

/** A place in the input of an action, under its name on the wire. */
export interface Leaf {
  readonly path: string;
  readonly kind: Shape['kind'];
}

function leavesOf(shape: Shape, path: string): Leaf[] {
  switch (shape.kind) {
    case 'structure':
      return shape.members.flatMap((member) =>
        leavesOf(member.shape, path === '' ? member.wireName : `${path}.${member.wireName}`),
      );
    case 'list':
      return leavesOf(shape.item, `${path}.${shape.itemName}.1`);
    case 'map':
      return leavesOf(shape.value, `${path}.entry.1.${shape.valueName}`);
    default:
      return [{ path, kind: shape.kind }];
  }
}

/** Every scalar that an action takes, at every depth. */
export function leaves(action: Action): readonly Leaf[] {
  return leavesOf(compileOperation(action.schema).input, '');
}

function marker(text: string) {
  return Buffer.from(`after:${text}`).toString('base64url');
}

const NUMBERS = [
  ...[
    '0',
    '-1',
    '+1',
    '2147483647',
    '2147483648',
    '-2147483649',
    '9223372036854775808',
    '1e9',
    '0x10',
    '1.5',
    'NaN',
  ],
  ...['Infinity', '-0', '00000000005', '9'.repeat(400), '１', '1_000', ' 1', '1 ', '19', '101', '.5'],
];
const DATES = [
  ...[
    '0000-01-01',
    '0001-01-01T00:00+14:00',
    '9999-12-31T23:59:59-14:00',
    '0001-01-01',
    '9999-12-31T23:59:59.999999999Z',
  ],
  ...[
    '2026-02-30',
    '2026-13-01',
    '-0001-01-01',
    '+010000-01-01',
    '1e3',
    '2026-11-23T24:00',
    'now',
    'infinity',
    'epoch',
  ],
];
const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ufffe',
    '\uffff',
    '\u{10ffff}',
    '\u{1f418}',
    '\x1b[31m',
    '\x7f',
    '\u202e',
    '\r\nX: y',
    '\t',
  ],
  ...[
    "'",
    '"',
    '\\',
    '%',
    '_',
    "' OR 1=1 --",
    '$1',
    '{}',
    '[]',
    'null',
    'undefined',
    '<a>&lt;]]>',
    '&amp;',
    '<!--',
    '<?xml',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'İ',
    'ß',
    'ſ',
    'x'.repeat(3_000),
    'é'.repeat(9_000),
    '\u0301'.repeat(4_000),
  ],
  ...[
    'arn:',
    'arn:aws:rds:local:123456789012:db:nobody',
    'arn:aws:rds:local:123456789012:db:\0',
    `arn:${':'.repeat(5_000)}`,
  ],
];
const MARKERS = [
  ...[
    '\0',
    'x',
    '-1',
    '999999999999999999',
    '9223372036854775807',
    '9'.repeat(18),
    '9'.repeat(19),
    '1e5',
    "' --",
    '\ufffd',
  ],
  ...['x'.repeat(5_000), '%', '\u{10ffff}', '0', '__proto__'],
].map(marker);
const RAW = [
  '%',
  '%f',
  '%ff',
  '%ED%A0%80',
  '%ED%A0%80%ED%B0%80',
  '%C0%80',
  '%F4%90%80%80',
  '%00',
  '+',
  '%u0041',
];

function encode(text: string) {
  return encodeURIComponent(text);
}

function valueFor({ path, kind }: Leaf, random: Random): string {
  const all = [...NUMBERS, ...DATES, ...TEXTS, ...MARKERS].map(encode);
  if (random.below(4) === 0) return random.pick([...all, ...RAW]);
  if (path === 'Marker') return encode(random.pick(MARKERS));
  if (kind === 'timestamp') return encode(random.pick(DATES));
  if (kind === 'integer' || kind === 'decimal') return encode(random.pick(NUMBERS));
  return encode(random.pick(TEXTS));
}

/** Parameters in shapes that AWS's clients never send. */
function oddPairs(path: string, random: Random): string[] {
  const top = path.split('.')[0] ?? path;
  const many = (count: number, pair: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => pair(index + 1));
  return random.pick([
    () => [`${path}=1`, `${path}=1`],
    () => [`${path}.x=1`],
    () => [`${top}=x`, `${top}.member.1=x`],
    () => [
      `${path.replace('.1', `.${random.pick(['0', '-1', '999999999', '1e3', '1000000000', '', '01', '__proto__'])}`)}=x`,
    ],
    () => [`${top}${'.1'.repeat(20_000)}=x`],
    () => [`${'.'.repeat(60_000)}=x`],
    () => many(4_000, (index) => `${top}.member.${index}=${index}`),
    () => many(9_000, (index) => `x${index}=1`),
    () => [`${top}.__proto__.x=1`, '__proto__.x=1', 'constructor.prototype.x=1'],
    () => [`${top}.member.1.__proto__=1`],
    () => [`${encode(random.pick(TEXTS))}=${encode(random.pick(TEXTS))}`],
    () => [random.pick(RAW)],
    () => ['=', '&&&', '==', '='.repeat(500)],
    () => [`${top}.entry.1.key=a`, `${top}.entry.1.value=b`],
    () =>
      many(300, (index) => `Filters.Filter.1.Values.Value.${index}=${index}`).concat(
        'Filters.Filter.1.Name=db-instance-id',
      ),
  ])();
}

/**
 * The form of a call with one or several hostile parts.
 * @param base encoded parameters by name with which the action gets as far as possible
 */
export function hostileForm(action: Action, base: Readonly<Record<string, string>>, random: Random): string {
  const all = leaves(action);
  const pairs = new Map(Object.entries(base));
  const extra: string[] = [];
  for (let count = 1 + random.below(3); count > 0 && all.length > 0; count--) {
    const leaf = random.pick(all);
    if (random.below(4) === 0) extra.push(...oddPairs(leaf.path, random));
    else pairs.set(leaf.path, valueFor(leaf, random));
  }
  return [
    `Action=${action.name}`,
    'Version=2014-10-31',
    ...[...pairs].map(([name, value]) => `${name}=${value}`),
    ...extra,
  ].join('&');
}
