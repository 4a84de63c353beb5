import type { DBSnapshot } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { type NewSnapshot, type Snapshot, snapshotOf } from '../../../model/db-snapshot/snapshot.ts';
import type { Owner } from '../../../model/owner.ts';
import { showBackedUpInstance } from '../backed-up-instance.ts';
import { resourceArn } from '../resource-arn.ts';

type ShownSnapshot = Omit<Snapshot, 'id' | 'operationId' | 'lineageId'>;

/** A snapshot that an operation has just begun to make. */
export function toNewDBSnapshot(instance: Instance, wanted: NewSnapshot, owner: Owner): DBSnapshot {
  return toDBSnapshot({ ...snapshotOf(instance, wanted), createdAt: new Date() }, owner);
}

/** The snapshot as RDS shows it. */
export function toDBSnapshot(
  { identifier, status, type, createdAt, instance, percentProgress, tags }: ShownSnapshot,
  owner: Owner,
): DBSnapshot {
  const isMade = status !== 'creating';
  return {
    ...showBackedUpInstance(instance, owner),
    DBSnapshotIdentifier: identifier,
    SnapshotCreateTime: isMade ? createdAt : undefined,
    OriginalSnapshotCreateTime: isMade ? createdAt : undefined,
    Status: status,
    SnapshotType: type,
    SnapshotTarget: 'region',
    PercentProgress: percentProgress,
    DBSnapshotArn: resourceArn({ kind: 'db-snapshot', name: identifier }, owner),
    ProcessorFeatures: [],
    TagList: [...tags],
  };
}
