import type { OperationRef } from '../../model/operation/operation.ts';
import { inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Removes the backup of a snapshot, then the snapshot from the inventory. Its instance may be gone. */
export function deleteDbSnapshot(ref: OperationRef): Promise<void> {
  return operation(ref, async (_, step) => {
    await step('Remove the backup', machineAt(undefined).removeBackup, ref);
    await step('Forget the snapshot', inventory.forgetSnapshot, ref);
  });
}
