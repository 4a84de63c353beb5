import { type Kind, text } from './setting.ts';

const url = text(
  'postgresql://role:password@host:port/database',
  /^postgres(ql)?:\/\/[^\s/@]+@[^\s/@]+\/[^\s/?]+(\?\S*)?$/,
);

/** The forms of libpq: `host1:5432,host2:5432`, or `?host=host1,host2`. */
function namesSeveral(found: string): boolean {
  return /^[^/]+\/\/[^/@]*@[^/]*,/.test(found) || /[?&](?:host|hostaddr|port)=[^&]*(?:,|%2c)/i.test(found);
}

/** The inventory's URL, with exactly one host: the driver would use only the first of several hosts, or none. */
export const databaseUrl: Kind<string> = {
  expected: url.expected,
  parse: (value, base) => {
    const found = url.parse(value, base);
    return found === undefined || namesSeveral(found) ? undefined : found;
  },
  explain: (value) => {
    const found = url.parse(value, '/');
    return found !== undefined && namesSeveral(found)
      ? 'it names several hosts, and only one would be used; for an inventory that fails over, name a virtual address or a PgBouncer'
      : undefined;
  },
};
