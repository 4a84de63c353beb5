import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Brings changed parameters of its group to a running server, without a restart. */
export function applyDbParameters(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    await step('Find the machine', machineAt(host).startMachine, ref);
    await step('Apply the parameters', guestAt(host).applyParameters, ref);
    await step('Make it available', inventory.completeOperation, ref);
  });
}
