import { openDatabase, openPool } from '../../src/inventory/database/client.ts';
import { toSnapshotRow } from '../../src/inventory/database/snapshot-rows.ts';
import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';

/** A manual snapshot of the instance test0. */
export function newSnapshot(identifier: string, members: Partial<Snapshot> = {}): Snapshot {
  return {
    id: `snap-${identifier}`,
    identifier,
    status: 'available',
    type: 'manual',
    operationId: null,
    instance: {
      dbiResourceId: 'db-A',
      identifier: 'test0',
      dbInstanceClass: 'db.t2.micro',
      engineVersion: '15.18',
      allocatedStorage: 5,
      masterUsername: 'postgres',
      dbName: 'test0',
      port: 5432,
      availableAt: new Date('2026-11-23T12:00:00Z'),
      storageType: 'gp3',
      tags: [],
    },
    lineageId: 'lntest',
    percentProgress: 100,
    tags: [],
    createdAt: new Date('2026-11-26T03:00:00Z'),
    ...members,
  };
}

/** Writes snapshots into an inventory, as operations that made them would have left them. */
export async function insertSnapshots(databaseUrl: string, snapshots: readonly Snapshot[]): Promise<void> {
  const pool = openPool(databaseUrl);
  const database = openDatabase(pool);
  await database.snapshot.createMany({ data: snapshots.map(toSnapshotRow) });
  const lineages = snapshots.map(({ instance: { dbiResourceId }, createdAt }) => ({
    ...{ id: `ln-of-${dbiResourceId}`, dbiResourceId, sealedKey: Buffer.from('none'), createdAt },
  }));
  await database.lineage.createMany({ data: lineages, skipDuplicates: true });
  await database.$disconnect();
  await pool.end();
}
