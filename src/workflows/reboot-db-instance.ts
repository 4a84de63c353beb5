import type { OperationRef } from '../model/operation.ts';
import { guestOf, inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';

/** Restarts PostgreSQL, as RDS's reboot does: the machine stays up. */
export const rebootDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance }, step) => {
    const [machine, guest] = [machineOf(instance), guestOf(instance)];
    const host = await step('Find the machine', machine.startMachine, instance);
    const started = await step('Restart PostgreSQL', guest.restartPostgres, host, instance);
    await step('Make it available', inventory.completeOperation, ref, {
      status: 'available',
      address: host.address,
      ...started,
      events: [{ id: 'RDS-EVENT-0006' }],
    });
  });
