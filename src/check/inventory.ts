import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { expectedInventoryUrl } from '../config/require.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { migrate } from '../inventory/database/migrate.ts';
import { MigrationError } from '../inventory/database/migration-error.ts';
import { ServerNotProven } from '../inventory/database/server-not-proven.ts';
import { refuseAddress } from '../machines/inventory-address.ts';
import { inventoryAddress } from '../processes/open-inventory.ts';
import { right, unknown, wrong } from '../providers/check-results.ts';
import type { CheckResult } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';

const WHAT = 'DATABASE_URL';
const ANSWER_MS = 15_000;
const MAKE = '`cornac bootstrap` creates it on a machine of Cornac’s';
const NAME =
  'correct the name, or add it to DNS with the address of the inventory; until then the inventory is unreachable';

/** Whether the inventory answers and has the tables of this version of Cornac. */
export async function checkInventory(config: Config): Promise<CheckResult[]> {
  if (config.databaseUrl === undefined) {
    if (config.iaas[0] !== 'local') return [wrong(WHAT, 'is not set', expectedInventoryUrl(config))];
    const next =
      'on one computer `cornac up` creates an inventory itself; `cornac bootstrap` and `worker` require DATABASE_URL';
    return [unknown(WHAT, 'is not set', next)];
  }
  const url = new URL(config.databaseUrl);
  const where = url.host;
  try {
    await resolve(url);
    const address = await inventoryAddress(config);
    const pending = await within(ANSWER_MS, () => migrate(address, { dry: true }));
    if (pending === undefined) {
      return [
        unknown(WHAT, `${where} did not answer in ${ANSWER_MS / 1000} s`),
        ...checkAddress(config, url),
      ];
    }
    if (pending.length === 0) return [right(WHAT, `the inventory at ${where} is up to date`)];
    return [wrong(WHAT, `the inventory at ${where} lacks ${pending.join(', ')}`, 'cornac migratedb')];
  } catch (error) {
    const result = explain(where, error as Error & { code?: string });
    // An inventory that answers has its address already.
    return [result, ...(result.state === 'unknown' ? checkAddress(config, url) : [])];
  }
}

/** @throws NotResolved where the host of `url` is a name without an address */
async function resolve({ hostname, searchParams }: URL): Promise<void> {
  const host = searchParams.get('host') ?? hostname;
  // A socket's directory, or an IPv6 address.
  if (/^(?:\/|%2f|\[)/i.test(host) || isIP(host)) return;
  await within(ANSWER_MS, () => lookup(host)).catch((error: Error) => {
    throw new NotResolved(`${host} does not resolve: ${error.message}`);
  });
}

/** Whether the inventory's machine, which is not there yet, can get the address of DATABASE_URL. */
function checkAddress(config: Config, { hostname }: URL): CheckResult[] {
  const found = refuseAddress(config, hostname);
  if (found === undefined) return [];
  const next =
    'write netmask=, gateway= and dns= into IAAS, or a name that the machine gets from DHCP and DNS';
  return [wrong(WHAT, found, next)];
}

class NotResolved extends Error {
  override readonly name = 'NotResolved';
}

function explain(where: string, error: Error & { code?: string }): CheckResult {
  const { message } = error;
  if (error instanceof NotResolved) return unknown(WHAT, message, NAME);
  if (error instanceof ConfigError) return unknown(WHAT, message, MAKE);
  if (error instanceof MigrationError || error instanceof ServerNotProven) return wrong(WHAT, message);
  if (error.code === '28P01' || error.code === '28000') {
    return wrong(WHAT, `${where} refuses the role or its password`, 'compare both with those of the server');
  }
  if (error.code === '3D000') {
    return wrong(WHAT, `${where} has no such database`, 'create it, then run: cornac migratedb');
  }
  if (isDatabaseUnavailable(error)) return unknown(WHAT, `no connection to ${where}: ${message}`, MAKE);
  return wrong(WHAT, `${where}: ${message}`);
}
