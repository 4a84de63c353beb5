import type { SnapshotQuery } from '../model/db-snapshot/selection.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';
import type { Database } from './database/client.ts';
import { toSnapshot } from './database/snapshot-rows.ts';
import type { Prisma } from './generated/client.ts';

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

/** The DB snapshots of the inventory. */
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
    async find(
      ref: { readonly identifier: string } | { readonly id: string },
    ): Promise<Snapshot | undefined> {
      const row = await database.snapshot.findUnique({ where: ref });
      return row ? toSnapshot(row) : undefined;
    },
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;
