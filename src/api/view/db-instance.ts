import type { DBInstance, PendingModifiedValues } from '@aws-sdk/client-rds';
import type { Config } from '../../config/config.ts';
import { formatArn } from '../../model/arn.ts';
import { defaultOptionGroup, defaultParameterGroup } from '../../model/engine-version.ts';
import type { Instance } from '../../model/instance.ts';
import type { Modification } from '../../model/operation.ts';

/** The region that instances are in: other configured ones are only accepted in signatures and ARNs. */
export const regionOf = ({ regions: [region = 'local'] }: Pick<Config, 'regions'>): string => region;

/** ARN of the DB instance with this identifier. */
export const instanceArn = (identifier: string, config: Pick<Config, 'regions' | 'accountId'>): string =>
  formatArn({
    region: regionOf(config),
    accountId: config.accountId,
    resourceType: 'db',
    name: identifier,
  });

const pendingModifiedValues = ({
  allocatedStorage,
  dbInstanceClass,
  masterPassword,
}: Modification): PendingModifiedValues => ({
  AllocatedStorage: allocatedStorage,
  DBInstanceClass: dbInstanceClass,
  // The word that RDS shows.
  MasterUserPassword: masterPassword && '****',
});

/**
 * The instance as RDS shows it. Terraform reads nearly all of it back, so what Cornac does not have is there with the
 * value that says so.
 * @param underWay what an operation that the answer is about is going to change
 */
export const toDBInstance = (
  instance: Instance,
  config: Pick<Config, 'regions' | 'accountId'>,
  underWay: Modification = {},
): DBInstance => {
  const { identifier, engineVersion, address, port, settings } = instance;
  return {
    DBInstanceIdentifier: identifier,
    DBInstanceClass: instance.dbInstanceClass,
    Engine: 'postgres',
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    DBName: instance.dbName,
    Endpoint: address === null ? undefined : { Address: address, Port: port },
    AllocatedStorage: instance.allocatedStorage,
    InstanceCreateTime: instance.availableAt ?? undefined,
    PreferredBackupWindow: settings.preferredBackupWindow,
    BackupRetentionPeriod: 0,
    DBSecurityGroups: [],
    VpcSecurityGroups: settings.vpcSecurityGroupIds.map((id) => ({
      VpcSecurityGroupId: id,
      Status: 'active',
    })),
    DBParameterGroups: [
      { DBParameterGroupName: defaultParameterGroup(engineVersion), ParameterApplyStatus: 'in-sync' },
    ],
    AvailabilityZone: settings.availabilityZone ?? `${regionOf(config)}a`,
    DBSubnetGroup: settings.dbSubnetGroupName
      ? { DBSubnetGroupName: settings.dbSubnetGroupName, SubnetGroupStatus: 'Complete' }
      : undefined,
    PreferredMaintenanceWindow: settings.preferredMaintenanceWindow,
    PendingModifiedValues: pendingModifiedValues({ ...instance.pending, ...underWay }),
    MultiAZ: false,
    EngineVersion: engineVersion,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: 'postgresql-license',
    Iops: settings.iops,
    StorageThroughput: settings.storageThroughput,
    OptionGroupMemberships: [{ OptionGroupName: defaultOptionGroup(engineVersion), Status: 'in-sync' }],
    PubliclyAccessible: settings.publiclyAccessible,
    StorageType: settings.storageType,
    DbInstancePort: port,
    StorageEncrypted: false,
    DbiResourceId: instance.dbiResourceId,
    DomainMemberships: [],
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    MonitoringInterval: 0,
    DBInstanceArn: instanceArn(identifier, config),
    IAMDatabaseAuthenticationEnabled: false,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    DeletionProtection: instance.deletionProtection,
    AssociatedRoles: [],
    TagList: instance.tags.map(({ Key, Value }) => ({ Key, Value })),
    CustomerOwnedIpEnabled: false,
    NetworkType: 'IPV4',
    ActivityStreamStatus: 'stopped',
    BackupTarget: 'region',
    DedicatedLogVolume: false,
    MultiTenant: false,
  };
};

type ViewConfig = Pick<Config, 'regions' | 'accountId'>;
const shown = new WeakMap<Instance, { readonly config: ViewConfig; readonly view: DBInstance }>();

/**
 * `toDBInstance` of an instance that the inventory hands out again while it has not changed. The same object comes
 * back for it, frozen, by which the encoder knows that its XML is the same, too.
 */
export const showInstance = (instance: Instance, config: ViewConfig): DBInstance => {
  const known = shown.get(instance);
  if (known?.config === config) return known.view;
  const view = Object.freeze(toDBInstance(instance, config));
  shown.set(instance, { config, view });
  return view;
};
