import { patched } from '@temporalio/workflow';
import type { OperationRef } from '../../model/operation/operation.ts';
import { inventory, machineAt } from '../activities.ts';
import { operation } from '../operation.ts';
import type { RunStep } from '../steps.ts';

/** Steps on a new machine. */
type MachineSteps = (machine: ReturnType<typeof machineAt>, step: RunStep) => Promise<void>;

/**
 * Clones a machine and makes an instance on it.
 * @param makeCluster gives it its PostgreSQL cluster
 * @param handOver what is left to do when PostgreSQL runs
 */
function makeInstance(
  ref: OperationRef,
  makeCluster: MachineSteps,
  handOver: MachineSteps = (machine, step) =>
    step('Create master user and database', machine.ensureMaster, ref),
): Promise<void> {
  return operation(ref, async ({ host: kept, needsHost }, step) => {
    // `patched`: a 0.1 worker may replay a workflow whose operation a newer worker began.
    const host =
      needsHost && patched('choose-host')
        ? await step('Choose a host', machineAt(kept).chooseHost, ref)
        : kept;
    const machine = machineAt(host);
    await step('Clone the origin', machine.ensureMachine, ref);
    await step('Start the machine', machine.startMachine, ref);
    await makeCluster(machine, step);
    await step('Start PostgreSQL', machine.startPostgres, ref);
    await handOver(machine, step);
    await step('Make it available', inventory.completeOperation, ref);
  });
}

/** Makes an instance with an empty database. */
export function createDbInstance(ref: OperationRef): Promise<void> {
  return makeInstance(ref, (machine, step) => step('Initialise the cluster', machine.initCluster, ref));
}

/** Makes an instance of a DB snapshot. Its master user keeps the password. */
export function restoreDbInstance(ref: OperationRef): Promise<void> {
  return makeInstance(ref, (machine, step) => step('Restore the backup', machine.restoreCluster, ref));
}

/** Makes a read replica: a copy of its source, with the users of that, which follows it from then on. */
export function createReadReplica(ref: OperationRef): Promise<void> {
  return makeInstance(
    ref,
    (machine, step) => step('Copy the source', machine.copySource, ref),
    (machine, step) => step('Wait for the replication', machine.awaitReplication, ref),
  );
}
