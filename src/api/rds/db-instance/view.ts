import type { DBInstance, DBInstanceMessage, PendingModifiedValues } from '@aws-sdk/client-rds';
import type { Config } from '../../../config/config.ts';
import { type Instance, resourceOf } from '../../../model/db-instance/instance.ts';
import { defaultOptionGroup, defaultParameterGroup } from '../../../model/engine/engine-version.ts';
import type { Modification } from '../../../model/operation/input.ts';
import { cutPage } from '../../request/page.ts';
import { regionOf, resourceArn } from '../resource-arn.ts';
import { pendingCertificate, toCertificateMembers } from './certificate-view.ts';

function pendingModifiedValues({
  allocatedStorage,
  dbInstanceClass,
  masterPassword,
}: Modification): PendingModifiedValues {
  return {
    AllocatedStorage: allocatedStorage,
    DBInstanceClass: dbInstanceClass,
    // The text that RDS shows for a password.
    MasterUserPassword: masterPassword && '****',
  };
}

/**
 * The instance as RDS shows it. Terraform reads nearly all members back, so a feature that Cornac does not
 * have is shown with the value for its absence.
 * @param underWay the values that the operation of this answer is going to change
 */
export function toDBInstance(
  instance: Instance,
  config: Pick<Config, 'regions' | 'accountId'>,
  underWay: Modification = {},
): DBInstance {
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
    PreferredMaintenanceWindow: instance.preferredMaintenanceWindow,
    PendingModifiedValues: {
      ...pendingModifiedValues({ ...instance.pending, ...underWay }),
      CACertificateIdentifier: pendingCertificate(instance),
    },
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
    ...toCertificateMembers(instance),
    DBInstanceArn: resourceArn(resourceOf(instance), config),
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
}

type ViewConfig = Pick<Config, 'regions' | 'accountId'>;

/**
 * Caches a view for each object that the inventory returns again while it is unchanged. The view is frozen,
 * so that the encoder can reuse its XML.
 */
function once<Source extends object, View extends object>(
  make: (source: Source, config: ViewConfig) => View,
) {
  const made = new WeakMap<Source, { readonly config: ViewConfig; readonly view: View }>();
  return (source: Source, config: ViewConfig): View => {
    const known = made.get(source);
    if (known?.config === config) return known.view;
    const view = Object.freeze(make(source, config));
    made.set(source, { config, view });
    return view;
  };
}

const showInstance = once((instance: Instance, config) => toDBInstance(instance, config));

const showAll = once(
  (instances: readonly Instance[], config): DBInstanceMessage => ({
    DBInstances: instances.map((instance) => showInstance(instance, config)),
  }),
);

/**
 * The first `limit` of the instances that the inventory has listed. The list holds at least one more if more
 * exist.
 */
export function showPage(
  instances: readonly Instance[],
  limit: number,
  config: ViewConfig,
): DBInstanceMessage {
  if (instances.length <= limit) return showAll(instances, config);
  const { records, marker } = cutPage(instances, limit, ({ identifier }) => identifier);
  return { Marker: marker, DBInstances: records.map((instance) => showInstance(instance, config)) };
}
