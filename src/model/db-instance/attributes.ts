import { dbSubnetGroupNotFound, invalidParameterCombination, invalidParameterValue } from '../errors.ts';
import type { Instance, Settings } from './instance.ts';
import { chooseWindows, parseBackupWindow, parseMaintenanceWindow, windowsOverlap } from './window.ts';

/** The attributes that a request decides on: what steers, and what is only shown. */
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

/** What a new instance gets where the request says nothing. */
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
      // RDS says true where there is no subnet group. Nothing here is opened to the Internet by asking for it.
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

// Most of them on one network interface: the quotas of Amazon VPC.
const MOST_SECURITY_GROUPS = 16;

/** Names only, kept and shown: of the form that Amazon EC2 gives to a security group's. */
function refuseBadSecurityGroups(ids: readonly string[]): void {
  const bad = ids.find((id) => !/^sg-[0-9a-z]{1,40}$/.test(id));
  if (bad !== undefined) throw invalidParameterValue(`Invalid security group, groupId= ${bad}, groupName=.`);
  if (ids.length > MOST_SECURITY_GROUPS) {
    throw invalidParameterValue(`A DB instance can have at most ${MOST_SECURITY_GROUPS} security groups.`);
  }
}

/** Members that are undefined are not in the result. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function readStorage({ StorageType, Iops, StorageThroughput }: AttributesRequest, base: Settings) {
  const { storageType, iops, storageThroughput, ...rest } = base;
  // Terraform sends 0 for what is not set.
  const asked = defined({ iops: Iops || undefined, storageThroughput: StorageThroughput || undefined });
  const type = StorageType ?? storageType;
  // Figures of another type of storage do not outlive it.
  const kept = type === storageType ? defined({ iops, storageThroughput }) : {};
  return { ...rest, storageType: type, ...kept, ...asked };
}

/**
 * `base` with what the request says. Storage is not looked at: that takes its size, see `refuseBadStorage`.
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
