import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { isGone } from '../model/gone.ts';
import type { Finding } from './compare.ts';

/**
 * Notes where machines are that the inventory has on another host, or on none: moved by a person, of a host that was
 * given another name, or made by a Cornac that did not note it. An instance that an operation holds is left alone.
 */
export async function noteMoves(
  { instances }: Pick<Inventory, 'instances'>,
  findings: readonly Finding[],
  call: Call,
): Promise<void> {
  for (const finding of findings) {
    if (finding.kind !== 'moved') continue;
    const { instance: seen, host } = finding;
    try {
      await instances.change({ dbiResourceId: seen.dbiResourceId }, call, (now) =>
        now.operationId === null && now.host === seen.host ? { patch: { host } } : {},
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}
