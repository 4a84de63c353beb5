import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { isGone } from '../model/gone.ts';
import type { Finding } from './compare.ts';

/**
 * Writes the real host of machines that the inventory has on another host, or on none: a person moved the
 * machine or renamed its host, or an older Cornac did not store the host. An instance that an operation holds
 * is left alone.
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
