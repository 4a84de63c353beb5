import type { ResourceRef } from '../resource.ts';
import type { Shortage } from '../server/room.ts';
import type { Tag } from '../tags.ts';
import type { Status } from './status.ts';

/** RDS attributes that Cornac only keeps and shows. What steers anything is a member of the instance. */
export interface Settings {
  readonly storageType: string;
  readonly iops?: number;
  /** MiB/s */
  readonly storageThroughput?: number;
  readonly autoMinorVersionUpgrade: boolean;
  readonly copyTagsToSnapshot: boolean;
  readonly publiclyAccessible: boolean;
  readonly preferredBackupWindow: string;
  readonly availabilityZone?: string;
  readonly dbSubnetGroupName?: string;
  readonly vpcSecurityGroupIds: readonly string[];
}

/** What was asked for without ApplyImmediately and waits for the maintenance window. */
export interface Pending {
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
}

/** A DB instance as the inventory has it. */
export interface Instance {
  readonly dbiResourceId: string;
  readonly identifier: string;
  readonly status: Status;
  /** The operation that holds the instance, if one does. */
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
  /** Which of the provider's hosts has the machine; null until one is chosen, and where there are no hosts. */
  readonly host: string | null;
  /** Address of its endpoint; null until it was available once. */
  readonly address: string | null;
  readonly deletionProtection: boolean;
  /** When that begins which is pending: `ddd:hh24:mi-ddd:hh24:mi`, in UTC. */
  readonly preferredMaintenanceWindow: string;
  readonly settings: Settings;
  readonly pending: Pending;
  readonly tags: readonly Tag[];
  readonly createdAt: Date;
  /** InstanceCreateTime: when it became available first. */
  readonly availableAt: Date | null;
  /** What was told last of its storage; absent or null while there is enough of it. */
  readonly shortage?: Shortage | null;
}

/** The instance as a resource. */
export function resourceOf({
  dbiResourceId: id,
  identifier: name,
}: Pick<Instance, 'dbiResourceId' | 'identifier'>): ResourceRef<'db-instance'> {
  return { kind: 'db-instance', id, name };
}
