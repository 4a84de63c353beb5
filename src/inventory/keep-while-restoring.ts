import { refuseRestoring } from '../model/db-snapshot/restoring.ts';
import type { SnapshotStatus } from '../model/db-snapshot/status.ts';
import { dbSnapshotNotFound, invalidDBSnapshotState } from '../model/errors.ts';
import type { RestoredSnapshot } from '../model/operation/input.ts';
import type { Transaction } from './database/client.ts';

/**
 * Keeps a snapshot from being deleted while a transaction writes the operation that restores it. From then on
 * `refuseWhileRestoring` finds that operation. Any number of restores of one snapshot run at a time, so that none of them
 * gets the snapshot's `operation_id`.
 * @throws dbSnapshotNotFound, invalidDBSnapshotState
 */
export async function keepWhileRestoring(
  tx: Transaction,
  { id, identifier }: RestoredSnapshot,
): Promise<void> {
  const [row] = await tx.$queryRaw<{ status: SnapshotStatus }[]>`
    SELECT status FROM db_snapshot WHERE id = ${id} FOR SHARE`;
  if (!row) throw dbSnapshotNotFound(identifier);
  refuseRestoring({ identifier, status: row.status });
}

/**
 * Refuses the deletion of a snapshot while an instance is being made of it, because the work reads its backup. The caller
 * has the lock of the snapshot.
 * @throws invalidDBSnapshotState
 */
export async function refuseWhileRestoring(
  tx: Transaction,
  { id, identifier }: RestoredSnapshot,
): Promise<void> {
  const [restore] = await tx.$queryRaw<{ identifier: string }[]>`
    SELECT identifier FROM operation
    WHERE state IN ('pending', 'running') AND type = 'restoreDbInstance' AND input -> 'snapshot' ->> 'id' = ${id} LIMIT 1`;
  if (!restore) return;
  throw invalidDBSnapshotState(
    `Snapshot ${identifier} cannot be deleted now, because the DB instance ${restore.identifier} is being restored from it.`,
  );
}
