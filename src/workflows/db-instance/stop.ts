import type { OperationRef } from '../../model/operation/operation.ts';
import { inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';
import { stopPostgres } from './stop-postgres.ts';

/**
 * Stops PostgreSQL and its machine. Changes that waited for the maintenance window are dropped (UG
 * USER_StopInstance).
 */
export function stopDbInstance(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    await stopPostgres(ref, host, step);
    await step('Stop the machine', machineAt(host).stopMachine, ref);
    await step('Record that it is stopped', inventory.completeOperation, ref);
  });
}
