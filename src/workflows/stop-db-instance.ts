import type { OperationRef } from '../model/operation.ts';
import { inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';

/** Stops PostgreSQL and its machine. What waited for the maintenance window is dropped (UG USER_StopInstance). */
export const stopDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance }, step) => {
    const machine = machineOf(instance);
    await step('Stop PostgreSQL', machine.stopPostgres, instance);
    await step('Stop the machine', machine.stopMachine, instance);
    await step('Record that it is stopped', inventory.completeOperation, ref, {
      status: 'stopped',
      pending: {},
      events: [{ id: 'RDS-EVENT-0087' }],
    });
  });
