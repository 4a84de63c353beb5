import { invalidParameterValue } from '../errors.ts';
import { checkAll, refuseAll } from '../refusals.ts';
import type { Instance, Settings } from './instance.ts';
import {
  chooseWindows,
  faultOfBackupWindow,
  faultOfMaintenanceWindow,
  parseBackupWindow,
  parseMaintenanceWindow,
  windowsOverlap,
} from './window.ts';

/** The attributes that a request sets. The backup window and the others steer; the rest of the settings is only shown. */
export type Attributes = Pick<Instance, 'preferredMaintenanceWindow' | 'backupRetentionPeriod' | 'settings'>;

/** Members of CreateDBInstance and ModifyDBInstance that become attributes, without those of the storage. */
export interface AttributesRequest {
  readonly AutoMinorVersionUpgrade?: boolean | undefined;
  readonly BackupRetentionPeriod?: number | undefined;
  readonly CopyTagsToSnapshot?: boolean | undefined;
  readonly EngineLifecycleSupport?: string | undefined;
  readonly PubliclyAccessible?: boolean | undefined;
  readonly PreferredMaintenanceWindow?: string | undefined;
  readonly PreferredBackupWindow?: string | undefined;
  readonly AvailabilityZone?: string | undefined;
  readonly VpcSecurityGroupIds?: readonly string[] | undefined;
}

/**
 * EngineLifecycleSupport of API_CreateDBInstance, RDS's default first. It decides what AWS charges after the end
 * of standard support, so here it steers nothing.
 */
export const LIFECYCLE_SUPPORT = [
  'open-source-rds-extended-support',
  'open-source-rds-extended-support-disabled',
] as const;

/** The attributes of a new instance, for every member that the request does not set. */
export function defaultAttributes(
  request: Pick<AttributesRequest, 'PreferredMaintenanceWindow' | 'PreferredBackupWindow'>,
  random?: () => number,
): Attributes {
  const windows = chooseWindows(
    { maintenance: request.PreferredMaintenanceWindow, backup: request.PreferredBackupWindow },
    random,
  );
  return {
    preferredMaintenanceWindow: windows.maintenance,
    // RDS's API defaults to one day.
    backupRetentionPeriod: 0,
    settings: {
      storageType: 'gp3',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: false,
      engineLifecycleSupport: LIFECYCLE_SUPPORT[0],
      // RDS defaults to true without a subnet group. Cornac opens nothing to the Internet because of it.
      publiclyAccessible: false,
      preferredBackupWindow: windows.backup,
      vpcSecurityGroupIds: [],
    },
  };
}

function refuseBadWindows({ preferredMaintenanceWindow, settings }: Attributes): void {
  const faults = [
    faultOfMaintenanceWindow(preferredMaintenanceWindow),
    faultOfBackupWindow(settings.preferredBackupWindow),
  ];
  refuseAll(faults.flatMap((fault) => (fault === undefined ? [] : [invalidParameterValue(fault)])));
  const weekly = parseMaintenanceWindow(preferredMaintenanceWindow);
  const daily = parseBackupWindow(settings.preferredBackupWindow);
  if (weekly && daily && windowsOverlap(weekly, daily)) {
    throw invalidParameterValue('The backup window and maintenance window must not overlap.');
  }
}

// The quota of Amazon VPC for one network interface.
const MAX_SECURITY_GROUPS = 16;

/** Cornac only keeps and shows these names. They have the form of an Amazon EC2 security group id. */
function refuseBadSecurityGroups(ids: readonly string[]): void {
  if (ids.length > MAX_SECURITY_GROUPS) {
    throw invalidParameterValue(`A DB instance can have at most ${MAX_SECURITY_GROUPS} security groups.`);
  }
  const bad = ids.filter((id) => !/^sg-[0-9a-z]{1,40}$/.test(id));
  refuseAll(bad.map((id) => invalidParameterValue(`Invalid security group, groupId= ${id}, groupName=.`)));
}

// BackupRetentionPeriod of API_CreateDBInstance
const MAX_RETENTION_DAYS = 35;

function refuseBadRetention(days: number): void {
  if (Number.isInteger(days) && days >= 0 && days <= MAX_RETENTION_DAYS) return;
  throw invalidParameterValue(
    `Invalid backup retention period: ${days}. It must be from 0 to ${MAX_RETENTION_DAYS} days.`,
  );
}

function refuseOtherLifecycleSupport(support: string | undefined): void {
  if (support === undefined || LIFECYCLE_SUPPORT.some((each) => each === support)) return;
  throw invalidParameterValue(
    `Invalid value ${support} for EngineLifecycleSupport. Valid values: ${LIFECYCLE_SUPPORT.join(', ')}`,
  );
}

/** The members without those that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * `base` with the members that the request sets.
 * @throws invalidParameterValue with every refusal
 */
export function readAttributes(request: AttributesRequest, base: Attributes): Attributes {
  const settings: Settings = {
    ...base.settings,
    ...defined({
      autoMinorVersionUpgrade: request.AutoMinorVersionUpgrade,
      copyTagsToSnapshot: request.CopyTagsToSnapshot,
      engineLifecycleSupport: request.EngineLifecycleSupport,
      publiclyAccessible: request.PubliclyAccessible,
      preferredBackupWindow: request.PreferredBackupWindow,
      availabilityZone: request.AvailabilityZone,
      vpcSecurityGroupIds: request.VpcSecurityGroupIds,
    }),
  };
  const preferredMaintenanceWindow =
    request.PreferredMaintenanceWindow?.toLowerCase() ?? base.preferredMaintenanceWindow;
  const { BackupRetentionPeriod: backupRetentionPeriod = base.backupRetentionPeriod ?? 0 } = request;
  const attributes: Attributes = { preferredMaintenanceWindow, backupRetentionPeriod, settings };
  const { PreferredMaintenanceWindow: weekly, PreferredBackupWindow: daily } = request;
  checkAll({
    // Windows that an earlier version took stay as they are.
    windows: () => (weekly === undefined && daily === undefined ? undefined : refuseBadWindows(attributes)),
    retention: () => refuseBadRetention(backupRetentionPeriod),
    securityGroups: () => refuseBadSecurityGroups(request.VpcSecurityGroupIds ?? []),
    lifecycleSupport: () => refuseOtherLifecycleSupport(request.EngineLifecycleSupport),
  });
  return attributes;
}
