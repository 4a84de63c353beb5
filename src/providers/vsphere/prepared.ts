import { z } from 'zod';
import { type ExtraConfig, keys } from './extra-config.ts';
import { isFault } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

const serviceInstance: Ref = { type: 'ServiceInstance', value: 'ServiceInstance' };
const time = z.iso.datetime({ offset: true });

/**
 * vCenter's own time, because its events have that: to note when a machine was prepared for its first start. `TRUE` where
 * it is not told, to an account without rights above its datacenter perhaps.
 */
export async function currentTime(vim: Vim): Promise<string> {
  const told = await vim.call('CurrentTime', { _this: serviceInstance }).catch((error: unknown) => {
    if (isFault(error, 'NoPermission')) return undefined;
    throw error;
  });
  return time.catch('TRUE').parse(told);
}

/** vCenter may be several servers, whose clocks differ. */
const MARGIN_MS = 60_000;

/**
 * A time before the first start, whichever worker asks, and however often the machine was powered on since. Undefined
 * where no time was noted, as by earlier versions.
 */
export function beforePrepared(extraConfig: ExtraConfig): string | undefined {
  const { data } = time.safeParse(extraConfig.get(keys.prepared));
  return data && new Date(Date.parse(data) - MARGIN_MS).toISOString().replace(/\.\d+Z$/, 'Z');
}
