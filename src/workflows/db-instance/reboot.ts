import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Restarts PostgreSQL, as RDS's reboot does: the machine stays up. */
export function rebootDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    await step('Find the machine', machineAt(host).startMachine, ref);
    await step('Restart PostgreSQL', guestAt(host).restartPostgres, ref, 'present');
    await step('Make it available', inventory.completeOperation, ref);
  });
}
