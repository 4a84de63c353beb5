import { isCancellation, patched } from '@temporalio/workflow';
import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';
import { stopPostgres } from './stop-postgres.ts';

/** Applies storage, class and master password, whichever were asked for, and restarts PostgreSQL where it must. */
export function modifyDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host, modification = {} }, step) => {
    const machine = machineAt(host);
    const guest = guestAt(host);
    const { allocatedStorage, dbInstanceClass, masterPassword } = modification;
    await step('Find the machine', machine.startMachine, ref);

    const setPassword = async () => {
      if (masterPassword) await step('Set the master password', guest.setMasterPassword, ref);
    };
    // A disk that is full takes no password, and may let no server run, before it has grown.
    const growsFirst = masterPassword && allocatedStorage !== undefined && patched('grow-first');
    if (!growsFirst) await setPassword();

    if (allocatedStorage !== undefined) {
      await step('Grow the data disk', machine.resizeMachine, ref, 'present');
      await step('Grow the file system', guest.growDisk, ref);
      // A disk does not shrink again, whatever becomes of the rest.
      await step('Note the new size', inventory.noteModification, ref);
    }
    if (growsFirst) await setPassword();

    if (dbInstanceClass !== undefined) {
      // The way back stands before the way there: a class that the host cannot bear must not take the database along.
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
        // Who cancels deletes the instance: there is no way back then, nor is one waited for.
        if (!isCancellation(error)) await goBack();
        throw error;
      }
    }

    await step('Make it available', inventory.completeOperation, ref);
  });
}
