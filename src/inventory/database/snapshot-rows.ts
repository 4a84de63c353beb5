import type { Snapshot } from '../../model/db-snapshot/snapshot.ts';
import type { Tag } from '../../model/tags.ts';
import type { Prisma, Snapshot as SnapshotRow } from '../generated/client.ts';
import { json, read } from './rows.ts';

export function toSnapshot(row: SnapshotRow): Snapshot {
  const { id, identifier, operationId, lineageId, percentProgress, createdAt, ...rest } = row;
  const { status, type, tags, instanceIdentifier, instanceAvailableAt, instanceTags, ...others } = rest;
  const { iops, storageThroughput, ...instance } = others;
  return {
    ...{ id, identifier, operationId, lineageId, percentProgress, createdAt },
    // Each row was written with one of these words.
    status: status as Snapshot['status'],
    type: type as Snapshot['type'],
    tags: read<readonly Tag[]>(tags),
    instance: {
      ...instance,
      identifier: instanceIdentifier,
      availableAt: instanceAvailableAt,
      tags: read<readonly Tag[]>(instanceTags),
      ...(iops !== null && { iops }),
      ...(storageThroughput !== null && { storageThroughput }),
    },
  };
}

/** The row of a new snapshot. */
export function toSnapshotRow({ instance, tags, ...snapshot }: Snapshot): Prisma.SnapshotCreateInput {
  const { identifier, availableAt, tags: instanceTags, ...rest } = instance;
  return {
    ...snapshot,
    ...rest,
    instanceIdentifier: identifier,
    instanceAvailableAt: availableAt,
    instanceTags: json(instanceTags),
    tags: json(tags),
  };
}

/** The columns that a change sets in a snapshot. What it keeps of its instance never changes. */
export type SnapshotPatch = Partial<Omit<Snapshot, 'id' | 'identifier' | 'type' | 'lineageId' | 'instance'>>;

export function toSnapshotColumns({ tags, ...scalars }: SnapshotPatch): Prisma.SnapshotUpdateInput {
  return { ...scalars, ...(tags && { tags: json(tags) }) };
}
