import type { Instance } from '../model/db-instance/instance.ts';
import { refuseReplicating } from '../model/db-instance/replication.ts';
import { dbInstanceNotFound } from '../model/errors.ts';
import type { Transaction } from './database/client.ts';
import { lockInstance } from './database/locks.ts';

/**
 * Enters a new read replica in the list of its source. The source is locked until the transaction ends, so that the
 * checks hold.
 * @throws dbInstanceNotFound, invalidDBInstanceState
 */
export async function linkReplica(
  tx: Transaction,
  { identifier, replicaOf }: Pick<Instance, 'identifier' | 'replicaOf'>,
): Promise<void> {
  if (!replicaOf) throw new Error(`${identifier} is no read replica`);
  const { dbiResourceId } = replicaOf;
  const source = await lockInstance(tx, { dbiResourceId });
  if (!source) throw dbInstanceNotFound(replicaOf.identifier);
  refuseReplicating(source);
  await tx.$executeRaw`
    UPDATE instance SET read_replicas = array_append(read_replicas, ${identifier}) WHERE dbi_resource_id = ${dbiResourceId}`;
}

/** Takes a read replica that is gone, or was promoted, from the list of its source, whether or not that exists. */
export async function unlinkReplica(
  tx: Transaction,
  { identifier, replicaOf }: Pick<Instance, 'identifier' | 'replicaOf'>,
): Promise<void> {
  if (!replicaOf) return;
  await tx.$executeRaw`
    UPDATE instance SET read_replicas = array_remove(read_replicas, ${identifier})
    WHERE dbi_resource_id = ${replicaOf.dbiResourceId}`;
}
