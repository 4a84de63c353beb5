import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Inventory } from '../inventory/inventory.ts';
import type { Provider } from '../providers/provider.ts';

const RETRY_MS = 5_000;

/** Tells gateways, who do not see the provider, which versions the origin offers. Tries until it is told. */
export const announceEngineVersions = async (
  { inventory, provider, log }: { inventory: Inventory; provider: Provider; log: Logger },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      const versions = await provider.listEngineVersions();
      await inventory.engineVersions.replace(versions);
      log.info({ versions }, 'the origin offers these versions of PostgreSQL');
      return;
    } catch (err) {
      log.warn({ err }, 'cannot tell which versions of PostgreSQL the origin offers; trying again');
      await delay(RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
};
