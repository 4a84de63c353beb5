import type { OperationRef } from '../model/operation.ts';
import { inventory, machineOf } from './activities.ts';
import { operation } from './operation.ts';

/** Removes the machine with all that was made for it, then the instance from the inventory. */
export const deleteDbInstance = (ref: OperationRef): Promise<void> =>
  operation(ref, async ({ instance, needsHost, isNew }, step) => {
    // A host is kept before anything is made there. A new instance without one has nothing anywhere, and none of the
    // hosts, which may be down, is to be asked for it.
    const isMade = !(needsHost && isNew);
    if (isMade) await step('Remove the machine', machineOf(instance).destroyMachine, instance);
    await step('Forget the instance', inventory.forgetInstance, ref);
  });
