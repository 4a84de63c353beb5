import { patched } from '@temporalio/workflow';
import type { OperationRef } from '../model/operation.ts';
import { inventory, machineOf } from './activities.ts';
import { note } from './note.ts';
import { operation } from './operation.ts';

/** Clones a machine, makes a PostgreSQL cluster on it, and hands it over with its master user and first database. */
export const createDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance: asked, needsHost }, step) => {
    // A worker of 0.1 may have the workflow while one of today has taken the operation up.
    const instance =
      needsHost && patched('choose-host')
        ? { ...asked, host: await step('Choose a host', machineOf(asked).chooseHost, asked, ref) }
        : asked;
    const machine = machineOf(instance);
    const made = await step('Clone the origin', machine.ensureMachine, instance);
    const host = await step('Start the machine', machine.startMachine, instance);
    await step('Initialise the cluster', machine.initCluster, host, instance);
    const started = await step('Start PostgreSQL', machine.startPostgres, host, instance);
    await step('Create master user and database', machine.ensureMaster, host, instance, ref);
    await step('Make it available', inventory.completeOperation, ref, {
      status: 'available',
      address: host.address,
      ...started,
      events: [{ id: 'RDS-EVENT-0005' }, ...(made?.notes ?? []).map(note)],
    });
  });
