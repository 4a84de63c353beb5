import type { Parametered } from '../db-parameter-group/applied-parameters.ts';
import type { InstanceSubnetGroup } from '../db-subnet-group/subnet-group.ts';
import type { ResourceRef } from '../resource.ts';
import type { ServerCertificate } from '../server/certificate.ts';
import type { Shortage } from '../server/room.ts';
import type { Tag } from '../tags.ts';
import type { ReplicaSource, ReplicationFault } from './replication.ts';
import type { Status } from './status.ts';

/**
 * RDS attributes that Cornac only keeps and shows. An attribute that steers anything is a member of the
 * instance.
 */
export interface Settings {
  readonly storageType: string;
  readonly iops?: number;
  /** MiB/s */
  readonly storageThroughput?: number;
  readonly autoMinorVersionUpgrade: boolean;
  readonly copyTagsToSnapshot: boolean;
  /** Absent in instances of 0.4: RDS's default. */
  readonly engineLifecycleSupport?: string;
  readonly publiclyAccessible: boolean;
  readonly preferredBackupWindow: string;
  readonly availabilityZone?: string;
  readonly vpcSecurityGroupIds: readonly string[];
}

/** Changes that were requested without ApplyImmediately. They wait for the maintenance window. */
export interface Pending {
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  readonly caCertificateIdentifier?: string;
}

/**
 * A DB instance as the inventory stores it, with the parameter group that users have chosen and what the primary
 * server got of it.
 */
export interface Instance extends Parametered {
  readonly dbiResourceId: string;
  readonly identifier: string;
  readonly status: Status;
  /** The operation that holds the instance; null when no operation holds it. */
  readonly operationId: string | null;
  readonly dbInstanceClass: string;
  readonly engineVersion: string;
  /** GiB */
  readonly allocatedStorage: number;
  readonly masterUsername: string;
  readonly dbName: string;
  readonly port: number;
  /** Name of the primary server's machine at the provider. */
  readonly machine: string;
  /**
   * The provider's host that has the machine; null until a host is chosen, and for providers without hosts.
   */
  readonly host: string | null;
  /** Address of the endpoint; null until the instance was available once. */
  readonly address: string | null;
  readonly deletionProtection: boolean;
  /** The DB subnet group that a user made; absent or null for the default group. */
  readonly dbSubnetGroup?: InstanceSubnetGroup | null;
  /** The option group that a user made; absent or null for the default group. */
  readonly optionGroupName?: string | null;
  /** The authority that is to sign the certificates of the instance's servers. */
  readonly caCertificateIdentifier: string;
  /** When pending changes are applied: `ddd:hh24:mi-ddd:hh24:mi`, in UTC. */
  readonly preferredMaintenanceWindow: string;
  /** Days for which automated backups are kept; absent or 0 where the instance has none. */
  readonly backupRetentionPeriod?: number;
  /** What was committed before this moment can be restored; absent or null until the first automated backup. */
  readonly latestRestorableAt?: Date | null;
  /** Since when the write-ahead log is not archived; absent or null while it is. */
  readonly archiveFailingSince?: Date | null;
  readonly settings: Settings;
  readonly pending: Pending;
  readonly tags: readonly Tag[];
  readonly createdAt: Date;
  /** InstanceCreateTime: when the instance first became available. */
  readonly availableAt: Date | null;
  /** The instance of which this one is a read replica; absent or null for every other instance. */
  readonly replicaOf?: ReplicaSource | null;
  /** Identifiers of its read replicas; absent where it has none. */
  readonly readReplicas?: readonly string[];
  /** Why a read replica does not follow its source; absent or null while it does. */
  readonly replicationFault?: ReplicationFault | null;
  /** The storage shortage that was last reported; absent or null while storage suffices. */
  readonly shortage?: Shortage | null;
  /** The certificate of the primary server; absent until its machine has reported one. */
  readonly certificate?: ServerCertificate;
}

/** The instance as a resource. */
export function resourceOf({
  dbiResourceId: id,
  identifier: name,
}: Pick<Instance, 'dbiResourceId' | 'identifier'>): ResourceRef<'db-instance'> {
  return { kind: 'db-instance', id, name };
}
