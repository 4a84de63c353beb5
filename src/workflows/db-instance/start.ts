import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

function bringUp(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    await step('Start the machine', machineAt(host).startMachine, ref);
    await step('Start PostgreSQL', guestAt(host).startPostgres, ref);
    await step('Make it available', inventory.completeOperation, ref);
  });
}

/** Starts a stopped instance. */
export function startDbInstance(ref: OperationRef): Promise<void> {
  return bringUp(ref);
}

/** Recovers an instance that should be up and was found down: after a power cut, a crash, an accident. */
export function recoverDbInstance(ref: OperationRef): Promise<void> {
  return bringUp(ref);
}
