import type { EventId } from '../model/event.ts';
import type { OperationRef } from '../model/operation.ts';
import { guestOf, inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';

const bringUp = (ref: OperationRef, done: EventId): Promise<void> =>
  operation(ref, async ({ instance }, step) => {
    const [machine, guest] = [machineOf(instance), guestOf(instance)];
    const host = await step('Start the machine', machine.startMachine, instance);
    const started = await step('Start PostgreSQL', guest.startPostgres, host, instance);
    await step('Make it available', inventory.completeOperation, ref, {
      status: 'available',
      address: host.address,
      ...started,
      events: [{ id: done }],
    });
  });

/** Starts a stopped instance. */
export const startDbInstance = (ref: OperationRef): Promise<void> => bringUp(ref, 'RDS-EVENT-0088');

/** Brings back an instance that should be up and was found down: after a power cut, a crash, an accident. */
export const recoverDbInstance = (ref: OperationRef): Promise<void> => bringUp(ref, 'RDS-EVENT-0021');
