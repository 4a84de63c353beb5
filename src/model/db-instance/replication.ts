import { invalidDBInstanceState, invalidParameterCombination } from '../errors.ts';
import { type EventText, event } from '../event.ts';
import type { Instance } from './instance.ts';

/** The instance of which another one is a read replica. It may be gone: then the replica is promoted. */
export interface ReplicaSource {
  readonly dbiResourceId: string;
  /** An identifier never changes. */
  readonly identifier: string;
}

/** Read replicas of one instance: ReadReplicasPerMaster. */
export const MAX_REPLICAS = 15;

/** Why a read replica does not get, or does not replay, the log of its source. */
export const replicationFaults = ['disconnected', 'paused', 'lost'] as const;

export type ReplicationFault = (typeof replicationFaults)[number];

interface FaultRules {
  /** Status of a StatusInfo: API_DBInstanceStatusInfo. */
  readonly status: 'error' | 'terminated';
  readonly eventId: 'RDS-EVENT-0045' | 'RDS-EVENT-0057';
  readonly message: string;
}

const faultRules: Readonly<Record<ReplicationFault, FaultRules>> = {
  disconnected: {
    status: 'error',
    eventId: 'RDS-EVENT-0045',
    message: 'The read replica receives no changes of its source at present. Cornac goes on trying.',
  },
  paused: {
    status: 'error',
    eventId: 'RDS-EVENT-0045',
    message:
      'The read replica has smaller parameters than its source. Cornac restarts it with those of the source.',
  },
  lost: {
    status: 'terminated',
    eventId: 'RDS-EVENT-0057',
    message:
      'The source no longer has the changes that the read replica needs. Delete the read replica and create it anew, or promote it as it is.',
  },
};

/** What is shown of the replication of a read replica. */
export interface ReplicationStatus {
  readonly isNormal: boolean;
  readonly status: 'replicating' | FaultRules['status'];
  readonly message?: string;
}

export function replicationStatus(fault: ReplicationFault | null | undefined): ReplicationStatus {
  if (!fault) return { isNormal: true, status: 'replicating' };
  const { status, message } = faultRules[fault];
  return { isNormal: false, status, message };
}

/** The event of a read replica whose replication has another state than before. */
export function replicationEvent(fault: ReplicationFault | null): EventText {
  if (!fault) return event('RDS-EVENT-0046');
  const { eventId, message } = faultRules[fault];
  return event(eventId, message);
}

/** The name of the slot in which the source of a read replica keeps the log for it. */
export function slotOf({ dbiResourceId }: Pick<Instance, 'dbiResourceId'>): string {
  return `cornac_${dbiResourceId.toLowerCase().replaceAll('-', '_')}`;
}

const LEAST_KEPT_MIB = 512;
/** GiB of storage → MiB of the log: a tenth. */
const KEPT_MIB_PER_GIB = 102;

/** MiB of its log that an instance keeps for a read replica that does not fetch it. So no replica fills the storage. */
export function keptLogMiB({ allocatedStorage }: Pick<Instance, 'allocatedStorage'>): number {
  return Math.max(LEAST_KEPT_MIB, allocatedStorage * KEPT_MIB_PER_GIB);
}

/**
 * Refuses to make a read replica of this instance.
 * @throws invalidDBInstanceState
 */
export function refuseReplicating({
  identifier,
  status,
  backupRetentionPeriod = 0,
  readReplicas = [],
}: Pick<Instance, 'identifier' | 'status' | 'backupRetentionPeriod' | 'readReplicas'>): void {
  if (status !== 'available') {
    throw invalidDBInstanceState(
      `Instance ${identifier} is not in available state. Current state: ${status}.`,
    );
  }
  if (backupRetentionPeriod === 0) {
    throw invalidDBInstanceState(
      'Automated backups are not enabled for this database instance. To enable automated backups, use ' +
        'ModifyDBInstance to set the backup retention period to a non-zero value.',
    );
  }
  if (readReplicas.length >= MAX_REPLICAS) {
    throw invalidDBInstanceState(
      `Instance ${identifier} already has ${MAX_REPLICAS} read replicas, the most that an instance can have.`,
    );
  }
}

/** @throws invalidDBInstanceState where the instance is a read replica, which cannot be `what` */
export function refuseOnReplica(
  { identifier, replicaOf }: Pick<Instance, 'identifier' | 'replicaOf'>,
  what: string,
): void {
  if (replicaOf)
    throw invalidDBInstanceState(`Instance ${identifier} is a read replica and cannot be ${what}.`);
}

/** @throws invalidDBInstanceState where the instance is a read replica or has some (UG USER_StopInstance) */
export function refuseToStop({
  identifier,
  replicaOf,
  readReplicas = [],
}: Pick<Instance, 'identifier' | 'replicaOf' | 'readReplicas'>): void {
  if (!replicaOf && readReplicas.length === 0) return;
  throw invalidDBInstanceState(
    `Instance ${identifier} cannot be stopped, because it ${replicaOf ? 'is a read replica' : 'has read replicas'}.`,
  );
}

/** What a request would change that a read replica, or its source, cannot change. */
interface AskedOfReplication {
  readonly masterPassword: boolean;
  /** Days, after the change. */
  readonly backupRetentionPeriod: number;
}

/** @throws invalidParameterCombination in RDS's words, where it has some */
export function refuseChangeOfReplication(
  { replicaOf, readReplicas = [] }: Pick<Instance, 'replicaOf' | 'readReplicas'>,
  { masterPassword, backupRetentionPeriod }: AskedOfReplication,
): void {
  if (replicaOf && masterPassword) {
    throw invalidParameterCombination(
      'Cannot change master user password on an RDS postgres Read Replica because it uses physical replication and ' +
        'therefore cannot differ from its parent.',
    );
  }
  if (replicaOf && backupRetentionPeriod > 0) {
    throw invalidParameterCombination(
      'This endpoint makes no automated backups of a read replica. Promote it first.',
    );
  }
  if (readReplicas.length > 0 && backupRetentionPeriod === 0) {
    throw invalidParameterCombination(
      'The backup retention period of a DB instance with read replicas cannot be 0.',
    );
  }
}
