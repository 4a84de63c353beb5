import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

const bringUp = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ host }, step) => {
    await step('Start the machine', machineAt(host).startMachine, ref);
    await step('Start PostgreSQL', guestAt(host).startPostgres, ref);
    await step('Make it available', inventory.completeOperation, ref);
  });

/** Starts a stopped instance. */
export const startDbInstance = (ref: OperationRef): Promise<void> => bringUp(ref);

/** Brings back an instance that should be up and was found down: after a power cut, a crash, an accident. */
export const recoverDbInstance = (ref: OperationRef): Promise<void> => bringUp(ref);
