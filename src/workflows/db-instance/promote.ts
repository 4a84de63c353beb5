import type { OperationRef } from '../../model/operation/operation.ts';
import { guestAt, inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';

/** Makes an instance of its own of a read replica. As on RDS, it is restarted. */
export function promoteReadReplica(ref: OperationRef): Promise<void> {
  return operation(ref, async ({ host }, step) => {
    const machine = machineAt(host);
    await step('Find the machine', machine.startMachine, ref);
    await step('Promote the server', machine.promoteReplica, ref);
    await step('Restart PostgreSQL', guestAt(host).restartPostgres, ref, 'present');
    await step('Make it available', inventory.completeOperation, ref);
  });
}
