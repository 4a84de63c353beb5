import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { migrate } from '../inventory/database/migrate.ts';
import { MigrationError } from '../inventory/database/migration-error.ts';
import { ServerNotProven } from '../inventory/database/server-not-proven.ts';
import { inventoryAddress } from '../processes/open-inventory.ts';
import { right, unknown, wrong } from '../providers/check-results.ts';
import type { CheckResult } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';

const WHAT = 'DATABASE_URL';
const ANSWER_MS = 15_000;
const MAKE = '`cornac bootstrap` makes it, where it is to be on a machine of Cornac’s';

/** Whether the inventory answers and has the tables of this version of Cornac. */
export async function checkInventory(config: Config): Promise<CheckResult[]> {
  if (config.databaseUrl === undefined) {
    const next =
      'on one computer `cornac up` makes an inventory by itself; for `cornac bootstrap` and `worker` name it';
    return [unknown(WHAT, 'is not set', next)];
  }
  const where = new URL(config.databaseUrl).host;
  try {
    const address = await inventoryAddress(config);
    const pending = await within(ANSWER_MS, () => migrate(address, { dry: true }));
    if (pending === undefined) return [unknown(WHAT, `${where} did not answer in ${ANSWER_MS / 1000} s`)];
    if (pending.length === 0) return [right(WHAT, `the inventory at ${where} is up to date`)];
    return [wrong(WHAT, `the inventory at ${where} lacks ${pending.join(', ')}`, 'cornac migratedb')];
  } catch (error) {
    return [explain(where, error as Error & { code?: string })];
  }
}

function explain(where: string, error: Error & { code?: string }): CheckResult {
  const { message } = error;
  if (error instanceof ConfigError) return unknown(WHAT, message, MAKE);
  if (error instanceof MigrationError || error instanceof ServerNotProven) return wrong(WHAT, message);
  if (error.code === '28P01' || error.code === '28000') {
    return wrong(WHAT, `${where} refuses the role or its password`, 'compare both with what the server has');
  }
  if (error.code === '3D000') {
    return wrong(WHAT, `${where} has no such database`, 'make it, then: cornac migratedb');
  }
  if (isDatabaseUnavailable(error)) return unknown(WHAT, `no connection to ${where}: ${message}`, MAKE);
  return wrong(WHAT, `${where}: ${message}`);
}
