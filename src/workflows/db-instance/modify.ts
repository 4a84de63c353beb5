import { isCancellation, patched } from '@temporalio/workflow';
import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';
import { stopPostgres } from './stop-postgres.ts';

/**
 * Applies the requested parts of storage, class and master password, and restarts PostgreSQL where necessary.
 */
export function modifyDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host, modification = {} }, step) => {
    const machine = machineAt(host);
    const guest = guestAt(host);
    const { allocatedStorage, dbInstanceClass, masterPassword } = modification;
    await step('Find the machine', machine.startMachine, ref);

    const setPassword = async () => {
      if (masterPassword) await step('Set the master password', guest.setMasterPassword, ref);
    };
    // On a full disk the password cannot be set, and the server may not even run, before the disk has grown.
    const growsFirst = masterPassword && allocatedStorage !== undefined && patched('grow-first');
    if (!growsFirst) await setPassword();

    if (allocatedStorage !== undefined) {
      await step('Grow the data disk', machine.resizeMachine, ref, 'present');
      await step('Grow the file system', guest.growDisk, ref);
      // A disk never shrinks again, however the rest of the operation ends.
      await step('Note the new size', inventory.noteModification, ref);
    }
    if (growsFirst) await setPassword();

    if (dbInstanceClass !== undefined) {
      // The undo is defined before the change, because a class that the host cannot bear must not leave the
      // database down.
      const goBack = async () => {
        await step('Go back to the old class', machine.resizeMachine, ref, 'present');
        await step('Start the machine', machine.startMachine, ref);
        await step('Restart PostgreSQL with the old class', guest.restartPostgres, ref, 'present');
      };
      try {
        const { restartNeeded } = await step('Change CPUs and memory', machine.resizeMachine, ref, 'asked');
        if (restartNeeded) {
          await stopPostgres(ref, host, step);
          await step('Stop the machine', machine.stopMachine, ref);
          await step('Start the machine', machine.startMachine, ref);
        }
        await step('Restart PostgreSQL with the new class', guest.restartPostgres, ref, 'asked');
      } catch (error) {
        // A cancellation comes from a delete. It neither needs the undo nor waits for it.
        if (!isCancellation(error)) await goBack();
        throw error;
      }
    }

    await step('Make it available', inventory.completeOperation, ref);
  });
}
