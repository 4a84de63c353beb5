import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/**
 * Makes the final snapshot, and archives the log, where they are wanted. Removes the machine and everything that was made for
 * it, then the instance from the inventory.
 */
export function deleteDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host, finalSnapshot, retainBackups }, step) => {
    if (finalSnapshot) {
      const machine = machineAt(host);
      await step('Start the machine', machine.startMachine, ref);
      await step('Start PostgreSQL', guestAt(host).startPostgres, ref);
      await step('Prepare the repository', machine.prepareRepository, ref);
      await step('Make the final snapshot', machine.takeBackup, ref);
      await step('Note the snapshot', inventory.noteSnapshot, ref);
    }
    if (retainBackups) await step('Archive the log', machineAt(host).archiveLog, ref);
    await step('Remove the machine', machineAt(host).destroyMachine, ref);
    await step('Forget the instance', inventory.forgetInstance, ref);
  });
}
