import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Inventory } from '../inventory/inventory.ts';
import type { Provider } from '../providers/provider.ts';

export interface Pace {
  /** From one announcement to the next. */
  readonly renewMs: number;
  readonly retryMs: number;
}

const PACE: Pace = { renewMs: 5 * 60_000, retryMs: 5_000 };

/**
 * Writes the versions that the origin offers into the inventory for the gateways, which have no provider.
 * Repeats this until `signal` is aborted, because the origin may be replaced and hosts may return. While the
 * provider is unreachable the last versions stay.
 */
export async function announceEngineVersions(
  {
    inventory,
    provider,
    log,
  }: {
    inventory: Pick<Inventory, 'engineVersions'>;
    provider: Pick<Provider, 'listEngineVersions'>;
    log: Pick<Logger, 'info' | 'warn'>;
  },
  signal: AbortSignal,
  { renewMs, retryMs }: Pace = PACE,
): Promise<void> {
  let logged = '';
  while (!signal.aborted) {
    let pauseMs = renewMs;
    try {
      const versions = (await provider.listEngineVersions()).toSorted();
      await inventory.engineVersions.replace(versions);
      if (logged !== versions.join()) {
        log.info({ versions }, 'the origin offers these versions of PostgreSQL');
      }
      logged = versions.join();
    } catch (err) {
      log.warn({ err }, 'cannot read which versions of PostgreSQL the origin offers; retrying');
      pauseMs = logged === '' ? retryMs : renewMs;
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
