import type { SnapshotQuery } from '../model/db-snapshot/selection.ts';
import { type Snapshot, snapshotResource } from '../model/db-snapshot/snapshot.ts';
import { dbSnapshotNotFound } from '../model/errors.ts';
import { refuseBeginning } from '../model/operation/beginning.ts';
import { type OperationType, rulesOf } from '../model/operation/operation-types.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database } from './database/client.ts';
import { lockSnapshot, type SnapshotRef } from './database/locks.ts';
import { type SnapshotPatch, toSnapshot, toSnapshotColumns } from './database/snapshot-rows.ts';
import type { Prisma } from './generated/client.ts';
import { insertOperation } from './insert-operation.ts';
import { refuseWhileRestoring } from './keep-while-restoring.ts';

/** The effect of an API call on a snapshot alone. Decided under the lock, written in the same transaction. */
export interface SnapshotChange {
  readonly patch?: Pick<SnapshotPatch, 'tags'>;
  readonly operation?: { readonly type: OperationType<'db-snapshot'> };
}

function selection({
  identifiers,
  types,
  instances,
  dbiResourceIds,
}: SnapshotQuery): Prisma.SnapshotWhereInput {
  return {
    ...(identifiers && { identifier: { in: [...identifiers] } }),
    ...(types && { type: { in: [...types] } }),
    ...(instances && { instanceIdentifier: { in: [...instances] } }),
    ...(dbiResourceIds && { dbiResourceId: { in: [...dbiResourceIds] } }),
  };
}

/** The DB snapshots of the inventory. Operations on their instances make them: `Change.snapshot`. */
export function createSnapshots(database: Database) {
  return {
    /** The selected snapshots, by identifier. */
    async list(query: SnapshotQuery = {}): Promise<Snapshot[]> {
      const rows = await database.snapshot.findMany({
        where: selection(query),
        orderBy: { identifier: 'asc' },
      });
      return rows.map(toSnapshot);
    },

    /** The snapshot; undefined when no such snapshot exists. */
    async find(ref: SnapshotRef): Promise<Snapshot | undefined> {
      const row = await database.snapshot.findUnique({ where: ref });
      return row ? toSnapshot(row) : undefined;
    },

    /**
     * Locks the snapshot, lets `decide` choose the change, checks that its operation may begin, and writes everything
     * at once.
     * @throws dbSnapshotNotFound, invalidDBSnapshotState
     */
    change: (
      identifier: string,
      call: Call<Snapshot>,
      decide: (snapshot: Snapshot) => SnapshotChange,
    ): Promise<Snapshot> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const snapshot = await lockSnapshot(tx, { identifier });
          if (!snapshot) throw dbSnapshotNotFound(identifier);
          const { patch = {}, operation } = decide(snapshot);
          if (operation) {
            refuseBeginning(operation.type, snapshot);
            await refuseWhileRestoring(tx, snapshot);
          }
          const begun = operation && {
            operationId: await insertOperation(tx, snapshotResource(snapshot), operation, call.requestId),
            status: rulesOf(operation.type).to,
          };
          const changes: SnapshotPatch = { ...patch, ...begun };
          if (Object.keys(changes).length > 0) {
            await tx.snapshot.update({ where: { id: snapshot.id }, data: toSnapshotColumns(changes) });
          }
          return { ...snapshot, ...changes };
        }),
      ),
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;
