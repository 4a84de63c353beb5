import type { OperationRef } from '../model/operation.ts';
import { inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';

/** Removes the machine with all that was made for it, then the instance from the inventory. */
export const deleteDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance, isNew = false }, step) => {
    await step('Remove the machine', machineOf(instance).destroyMachine, instance, { isNew });
    await step('Forget the instance', inventory.forgetInstance, ref);
  });
