import { type Kind, text } from './setting.ts';

const url = text(
  'postgresql://role:password@host:port/database',
  /^postgres(ql)?:\/\/[^\s/@]+@[^\s/@]+\/[^\s/?]+(\?\S*)?$/,
);

/** As libpq writes them: `host1:5432,host2:5432`, or `?host=host1,host2`. */
function namesSeveral(found: string): boolean {
  return /^[^/]+\/\/[^/@]*@[^/]*,/.test(found) || /[?&](?:host|hostaddr|port)=[^&]*(?:,|%2c)/i.test(found);
}

/** Where the inventory is. One place: the driver would take the first host of several, or none. */
export const databaseUrl: Kind<string> = {
  expected: url.expected,
  parse: (value, base) => {
    const found = url.parse(value, base);
    return found === undefined || namesSeveral(found) ? undefined : found;
  },
  explain: (value) => {
    const found = url.parse(value, '/');
    return found !== undefined && namesSeveral(found)
      ? 'it names several hosts, and one is taken; for an inventory that fails over give it an address that moves, or a PgBouncer'
      : undefined;
  },
};
