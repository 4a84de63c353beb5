import { z } from 'zod';
import { type ExtraConfig, keys } from './extra-config.ts';
import { isFault } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';
import type { Vim } from './vim/vim.ts';

const serviceInstance: Ref = { type: 'ServiceInstance', value: 'ServiceInstance' };
const time = z.iso.datetime({ offset: true });

/**
 * vCenter's own time, because its events use that clock: the time when a machine was prepared for its first
 * start. `TRUE` where the account may not read the time, for example without rights above its datacenter.
 */
export async function currentTime(vim: Vim): Promise<string> {
  const now = await vim.call('CurrentTime', { _this: serviceInstance }).catch((error: unknown) => {
    if (isFault(error, 'NoPermission')) return undefined;
    throw error;
  });
  return time.catch('TRUE').parse(now);
}

/** A vCenter may consist of several servers with different clocks. */
const MARGIN_MS = 60_000;

/**
 * A time before the first start, the same for every worker and after any number of power-ons. Undefined where
 * earlier versions recorded no time.
 */
export function beforePrepared(extraConfig: ExtraConfig): string | undefined {
  const { data } = time.safeParse(extraConfig.get(keys.prepared));
  return data && new Date(Date.parse(data) - MARGIN_MS).toISOString().replace(/\.\d+Z$/, 'Z');
}
