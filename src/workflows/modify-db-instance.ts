import { isCancellation } from '@temporalio/workflow';
import type { Serving } from '../activities/guest.ts';
import type { EventRef } from '../activities/inventory.ts';
import type { OperationRef } from '../model/operation.ts';
import { guestOf, inventory, machineOf } from './activities.ts';
import { note } from './note.ts';
import { operation } from './operation.ts';
import { stopPostgres } from './stop-postgres.ts';

/** Applies storage, class and master password, whichever were asked for, and restarts PostgreSQL where it must. */
export const modifyDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance, modification = {} }, step) => {
    const machine = machineOf(instance);
    const guest = guestOf(instance);
    const { allocatedStorage, dbInstanceClass, masterPassword } = modification;
    const events: EventRef[] = [];
    let host = await step('Find the machine', machine.startMachine, instance);
    let started: Serving = {};

    if (masterPassword) {
      await step('Set the master password', guest.setMasterPassword, host, instance, ref);
      events.push({ id: 'RDS-EVENT-0016' });
    }

    const grown = { ...instance, allocatedStorage: allocatedStorage ?? instance.allocatedStorage };
    if (allocatedStorage !== undefined) {
      const { notes } = await step('Grow the data disk', machine.resizeMachine, grown);
      await step('Grow the file system', guest.growDisk, host, grown);
      // A disk does not shrink again, whatever becomes of the rest.
      await step('Note the new size', inventory.noteModification, ref, { allocatedStorage });
      events.push(...notes.map(note), { id: 'RDS-EVENT-0017', detail: `${allocatedStorage} GiB` });
    }

    if (dbInstanceClass !== undefined) {
      const wanted = { ...grown, dbInstanceClass };
      // The way back stands before the way there: a class that the host cannot bear must not take the database along.
      const goBack = async () => {
        await step('Go back to the old class', machine.resizeMachine, grown);
        const old = await step('Start the machine', machine.startMachine, instance);
        await step('Restart PostgreSQL with the old class', guest.restartPostgres, old, instance);
      };
      try {
        const { restartNeeded, notes } = await step('Change CPUs and memory', machine.resizeMachine, wanted);
        events.push(...notes.map(note));
        if (restartNeeded) {
          await stopPostgres(instance, step);
          await step('Stop the machine', machine.stopMachine, instance);
          host = await step('Start the machine', machine.startMachine, instance);
        }
        started = await step('Restart PostgreSQL with the new class', guest.restartPostgres, host, wanted);
      } catch (error) {
        // Who cancels deletes the instance: there is no way back then, nor is one waited for.
        if (!isCancellation(error)) await goBack();
        throw error;
      }
      events.push({ id: 'RDS-EVENT-0014', detail: dbInstanceClass });
    }

    await step('Make it available', inventory.completeOperation, ref, {
      status: 'available',
      address: host.address,
      ...started,
      ...(dbInstanceClass !== undefined && { dbInstanceClass }),
      events,
    });
  });
