import { dbSubnetGroupNotFound, invalidParameterCombination, invalidParameterValue } from '../errors.ts';
import type { Instance, Settings } from './instance.ts';
import { chooseWindows, parseBackupWindow, parseMaintenanceWindow, windowsOverlap } from './window.ts';

/** The attributes that a request sets: the maintenance window steers, the settings are only shown. */
export type Attributes = Pick<Instance, 'preferredMaintenanceWindow' | 'settings'>;

/** Members of CreateDBInstance and ModifyDBInstance that become attributes. */
export interface AttributesRequest {
  readonly StorageType?: string | undefined;
  readonly Iops?: number | undefined;
  readonly StorageThroughput?: number | undefined;
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly CopyTagsToSnapshot?: boolean | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
  readonly PreferredBackupWindow?: string | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly DBSubnetGroupName?: string | undefined;
  readonly VpcSecurityGroupIds?: readonly string[] | undefined;
}

/** The attributes of a new instance, for every member that the request does not set. */
export function defaultAttributes(request: AttributesRequest, random?: () => number): Attributes {
  const windows = chooseWindows(
    { maintenance: request.PreferredMaintenanceWindow, backup: request.PreferredBackupWindow },
    random,
  );
  return {
    preferredMaintenanceWindow: windows.maintenance,
    settings: {
      // io1 if Iops is given, otherwise gp3: StorageType of API_CreateDBInstance
      storageType: request.Iops ? 'io1' : 'gp3',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: false,
      // RDS defaults to true without a subnet group. Cornac opens nothing to the Internet because of it.
      publiclyAccessible: false,
      preferredBackupWindow: windows.backup,
      vpcSecurityGroupIds: [],
    },
  };
}

function refuseBadWindows({ preferredMaintenanceWindow, settings }: Attributes): void {
  const weekly = parseMaintenanceWindow(preferredMaintenanceWindow);
  const daily = parseBackupWindow(settings.preferredBackupWindow);
  if (!weekly) {
    throw invalidParameterValue(
      'PreferredMaintenanceWindow must be ddd:hh24:mi-ddd:hh24:mi in UTC, between 30 minutes and a day long.',
    );
  }
  if (!daily) {
    throw invalidParameterValue(
      'PreferredBackupWindow must be hh24:mi-hh24:mi in UTC, at least 30 minutes long.',
    );
  }
  if (windowsOverlap(weekly, daily)) {
    throw invalidParameterCombination('The backup window and maintenance window must not overlap.');
  }
}

// The quota of Amazon VPC for one network interface.
const MAX_SECURITY_GROUPS = 16;

/** Cornac only keeps and shows these names. They have the form of an Amazon EC2 security group id. */
function refuseBadSecurityGroups(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^sg-[0-9a-z]{1,40}$/.test(id));
  if (bad !== undefined) throw invalidParameterValue(`Invalid security group, groupId= ${bad}, groupName=.`);
  if (ids.length > MAX_SECURITY_GROUPS) {
    throw invalidParameterValue(`A DB instance can have at most ${MAX_SECURITY_GROUPS} security groups.`);
  }
}

/** The members without those that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function readStorage({ StorageType, Iops, StorageThroughput }: AttributesRequest, base: Settings) {
  const { storageType, iops, storageThroughput, ...rest } = base;
  // Terraform sends 0 for a member that is not set.
  const asked = defined({ iops: Iops || undefined, storageThroughput: StorageThroughput || undefined });
  const type = StorageType ?? storageType;
  // IOPS and throughput of another storage type are dropped with that type.
  const kept = type === storageType ? defined({ iops, storageThroughput }) : {};
  return { ...rest, storageType: type, ...kept, ...asked };
}

/**
 * `base` with the members that the request sets. Storage is not checked here, because the check needs its
 * size: see `refuseBadStorage`.
 * @throws invalidParameterValue, invalidParameterCombination, dbSubnetGroupNotFound
 */
export function readAttributes(request: AttributesRequest, base: Attributes): Attributes {
  const settings: Settings = {
    ...readStorage(request, base.settings),
    ...defined({
      autoMinorVersionUpgrade: request.AutoMinorVersionUpgrade,
      copyTagsToSnapshot: request.CopyTagsToSnapshot,
      publiclyAccessible: request.PubliclyAccessible,
      preferredBackupWindow: request.PreferredBackupWindow,
      availabilityZone: request.AvailabilityZone,
      dbSubnetGroupName: request.DBSubnetGroupName,
      vpcSecurityGroupIds: request.VpcSecurityGroupIds,
    }),
  };
  const preferredMaintenanceWindow =
    request.PreferredMaintenanceWindow?.toLowerCase() ?? base.preferredMaintenanceWindow;
  const attributes: Attributes = { preferredMaintenanceWindow, settings };
  refuseBadWindows(attributes);
  const { dbSubnetGroupName } = settings;
  refuseBadSecurityGroups(request.VpcSecurityGroupIds ?? []);
  if (dbSubnetGroupName !== undefined && dbSubnetGroupName !== 'default') {
    throw dbSubnetGroupNotFound(dbSubnetGroupName);
  }
  return attributes;
}
