import type { OperationRef } from '../model/operation.ts';
import { inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';
import { stopPostgres } from './stop-postgres.ts';

/** Stops PostgreSQL and its machine. What waited for the maintenance window is dropped (UG USER_StopInstance). */
export const stopDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance }, step) => {
    const machine = machineOf(instance);
    await stopPostgres(instance, step);
    await step('Stop the machine', machine.stopMachine, instance);
    await step('Record that it is stopped', inventory.completeOperation, ref, {
      status: 'stopped',
      pending: {},
      events: [{ id: 'RDS-EVENT-0087' }],
    });
  });
