import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';

/** A manual snapshot of the instance test0. */
export function newSnapshot(identifier: string, members: Partial<Snapshot> = {}): Snapshot {
  return {
    id: `snap-${identifier}`,
    identifier,
    status: 'available',
    type: 'manual',
    instance: {
      dbiResourceId: 'db-A',
      identifier: 'test0',
      engineVersion: '15.18',
      allocatedStorage: 5,
      masterUsername: 'postgres',
      port: 5432,
      availableAt: new Date('2026-11-23T12:00:00Z'),
      storageType: 'gp3',
    },
    createdAt: new Date('2026-11-26T03:00:00Z'),
    ...members,
  };
}
