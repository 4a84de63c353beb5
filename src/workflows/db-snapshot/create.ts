import type { OperationRef } from '../../model/operation/operation.ts';
import { inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Makes a backup of an instance for a snapshot. It holds both. */
export function createDbSnapshot(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    const machine = machineAt(host);
    await step('Prepare the repository', machine.prepareRepository, ref);
    await step('Make the backup', machine.takeBackup, ref);
    await step('Make it available', inventory.completeOperation, ref);
  });
}
