import type { EventRef } from '../activities/inventory.ts';
import type { OperationRef } from '../model/operation.ts';
import { inventory, machine } from './activities.ts';
import { operation } from './operation.ts';

/** Applies storage, class and master password, whichever were asked for, and restarts PostgreSQL where it must. */
export const modifyDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance, modification = {} }, step) => {
    const { allocatedStorage, dbInstanceClass, masterPassword } = modification;
    const wanted = {
      ...instance,
      allocatedStorage: allocatedStorage ?? instance.allocatedStorage,
      dbInstanceClass: dbInstanceClass ?? instance.dbInstanceClass,
    };
    const events: EventRef[] = [];
    let host = await step('Find the machine', machine.startMachine, instance);

    if (masterPassword) {
      await step('Set the master password', machine.ensureMaster, host, instance, ref);
      events.push({ id: 'RDS-EVENT-0016' });
    }

    if (allocatedStorage !== undefined || dbInstanceClass !== undefined) {
      const { restartNeeded, notes } = await step('Resize the machine', machine.resizeMachine, wanted);
      events.push(...notes.map((detail): EventRef => ({ id: 'CORNAC-EVENT-NOTE', detail })));
      if (allocatedStorage !== undefined) {
        await step('Grow the file system', machine.growDisk, host);
        events.push({ id: 'RDS-EVENT-0017', detail: `${allocatedStorage} GiB` });
      }
      if (dbInstanceClass !== undefined) {
        if (restartNeeded) {
          await step('Stop PostgreSQL', machine.stopPostgres, instance);
          await step('Stop the machine', machine.stopMachine, instance);
          host = await step('Start the machine', machine.startMachine, instance);
        }
        await step('Restart PostgreSQL with the new class', machine.restartPostgres, host, wanted);
        events.push({ id: 'RDS-EVENT-0014', detail: dbInstanceClass });
      }
    }

    await step('Make it available', inventory.completeOperation, ref, {
      status: 'available',
      address: host.address,
      allocatedStorage: wanted.allocatedStorage,
      dbInstanceClass: wanted.dbInstanceClass,
      events,
    });
  });
