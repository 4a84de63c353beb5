import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { readSecretKey } from '../config/secret-key.ts';
import type { InventoryAddress } from '../inventory/database/address.ts';
import { checkPooler } from '../inventory/database/pooler.ts';
import { provision } from '../machines/open.ts';
import type { Provider } from '../providers/provider.ts';
import { ProviderError, settingErrors } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';
import { inventoryAddress } from './open-inventory.ts';

// No answer within this time counts as an outage. Workers wait until an outage ends.
const ANSWER_MS = 5_000;
/** PostgreSQL's codes for a refused role or password, and for a missing database. */
const REFUSED_SQLSTATE = /^(?:28P01|28000|3D000)$/;

type Warn = (message: string) => void;

function isSettingError(error: unknown): error is ProviderError {
  return error instanceof ProviderError && settingErrors.some((code) => code === error.code);
}

/** Asks PostgreSQL directly, because other layers hide its error codes. A server that does not answer passes. */
export async function checkDatabase(inventory: InventoryAddress): Promise<void> {
  try {
    await within(ANSWER_MS, () => checkPooler(inventory));
  } catch (error) {
    const { code } = error as { code?: unknown };
    const isRefused = typeof code === 'string' && REFUSED_SQLSTATE.test(code);
    if (isRefused || error instanceof ConfigError) throw error;
  }
}

/** Throws only where every host is configured wrong, because workers can use the other hosts. */
async function checkProvider(provider: Provider, warn: Warn): Promise<void> {
  const hosts = provider.hosts.length > 0 ? provider.hosts.map((host) => provider.at(host)) : [provider];
  const checks = await Promise.allSettled(hosts.map((host) => within(ANSWER_MS, () => host.check())));
  const wrong = checks.flatMap((check) =>
    check.status === 'rejected' && isSettingError(check.reason) ? [check.reason] : [],
  );
  const [first] = wrong;
  if (first && wrong.length === hosts.length) throw first;
  for (const error of wrong) warn(error.message);
}

/**
 * Checks the settings before workers are started, because with wrong settings they would fail again and
 * again. A hypervisor or an inventory that is down passes, because workers start without it.
 * @throws ConfigError, ProviderError; PostgreSQL's error for a wrong DATABASE_URL
 */
export async function checkSettings(config: Config, warn: Warn): Promise<void> {
  const inventory = await inventoryAddress(config);
  await readSecretKey(config.secretKeyFile);
  const { provider, close } = await provision(config);
  try {
    await Promise.all([checkDatabase(inventory), checkProvider(provider, warn)]);
  } finally {
    await close().catch(() => {});
  }
}
