import type { ActivityDeps } from './deps.ts';
import type { OperationActivities } from './operation-activity.ts';
import { createReplicaWork } from './replica-work.ts';

/** Steps that make and promote read replicas. They wait for an unreachable inventory, as those in a guest do. */
export function replicaActivities(
  deps: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>,
  { held }: OperationActivities,
) {
  const work = createReplicaWork(deps);
  const options = { waitsForInventory: true };
  return {
    /** Makes the cluster of a read replica. The work goes on in the machine where the worker ends. */
    copySource: held<[], void>('copySource', work.copySource, options),

    /** Returns when the read replica receives the log of its source. */
    awaitReplication: held<[], void>('awaitReplication', work.awaitReplication, options),

    /** Ends the replication. The server goes on with all that it has received. */
    promoteReplica: held<[], void>('promoteReplica', work.promote, options),
  };
}
