import { setTimeout as delay } from 'node:timers/promises';
import { isFault, VimUnreachable } from './fault.ts';
import type { Ref } from './schema.ts';
import type { Vim } from './vim.ts';

export interface WaitOptions {
  /** When to give up, as `Date.now()` counts. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** Called after each slice of waiting, at the latest every 20 seconds. */
  readonly onSlice: () => void;
}

const SLICE_SECONDS = 20;

/**
 * Waits until `look` returns a value, and returns it; undefined at the deadline. `look` is called at once and
 * then after each change of one of the properties. It reads the properties itself, because updates may cover
 * parts of a property under names that differ between servers.
 *
 * Each wait has its own PropertyCollector. It is lost with its session; the wait then makes a new one.
 */
export async function waitUntil<T>(
  vim: Vim,
  ref: Ref,
  paths: readonly string[],
  look: () => Promise<T | undefined>,
  { deadline, signal, onSlice }: WaitOptions,
): Promise<T | undefined> {
  for (let pause = 100; ; pause = Math.min(2 * pause, 2000)) {
    let collector: Ref | undefined;
    try {
      const result = await look();
      if (result !== undefined) return result;
      const { propertyCollector } = await vim.content();
      collector = await vim.call('CreatePropertyCollector', { _this: propertyCollector });
      return await follow(collector);
    } catch (error) {
      signal.throwIfAborted();
      const isLost = isFault(error, 'NotAuthenticated', 'ManagedObjectNotFound') && collector;
      if (!isLost && !(error instanceof VimUnreachable)) throw error;
    } finally {
      if (collector) await vim.call('DestroyPropertyCollector', { _this: collector }).catch(() => {});
    }
    if (Date.now() + pause > deadline) return undefined;
    onSlice();
    await delay(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  async function follow(collector: Ref): Promise<T | undefined> {
    const propSet = [{ type: ref.type, pathSet: [...paths] }];
    const spec = { propSet, objectSet: [{ obj: ref }] };
    await vim.call('CreateFilter', { _this: collector, spec, partialUpdates: false });
    let version: string | undefined;
    while (Date.now() < deadline) {
      const left = Math.ceil((deadline - Date.now()) / 1000);
      const options = { maxWaitSeconds: Math.min(SLICE_SECONDS, left) };
      const input = { _this: collector, ...(version ? { version } : {}), options };
      const update = await vim.call('WaitForUpdatesEx', input, { signal });
      onSlice();
      if (!update) continue;
      version = update.version;
      const result = await look();
      if (result !== undefined) return result;
    }
    return undefined;
  }
}
