import type { OperationRef } from '../../model/operation/operation.ts';
import { inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Removes the machine and everything that was made for it, then the instance from the inventory. */
export function deleteDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    await step('Remove the machine', machineAt(host).destroyMachine, ref);
    await step('Forget the instance', inventory.forgetInstance, ref);
  });
}
