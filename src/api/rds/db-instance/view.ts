import type { DBInstance, DBInstanceMessage, PendingModifiedValues } from '@aws-sdk/client-rds';
import { LIFECYCLE_SUPPORT } from '../../../model/db-instance/attributes.ts';
import { type Instance, resourceOf } from '../../../model/db-instance/instance.ts';
import { replicationStatus } from '../../../model/db-instance/replication.ts';
import { shownFigures } from '../../../model/db-instance/storage.ts';
import { parameterStatus } from '../../../model/db-parameter-group/applied-parameters.ts';
import { defaultOptionGroup, defaultParameterGroup } from '../../../model/engine/engine-version.ts';
import type { Modification } from '../../../model/operation/input.ts';
import type { Owner } from '../../../model/owner.ts';
import { cutPage } from '../../request/page.ts';
import { showSubnetGroup } from '../db-subnet-group/view.ts';
import { resourceArn } from '../resource-arn.ts';
import { pendingAuthority, showCertificate } from './certificate-view.ts';

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

/** The zone under the name that it has in the region of the request. `stored` may be a zone of another region. */
function showZone(stored: string | undefined, { region }: Owner): string {
  return region + (stored?.at(-1) ?? 'a');
}

/** The state of a read replica that was available once; absent for every other instance. */
function showReplication(instance: Instance): DBInstance['StatusInfos'] {
  const { replicaOf, replicationFault, availableAt, status: present } = instance;
  if (!replicaOf || availableAt === null) return undefined;
  // The watch of replicas looks at servers that run.
  if (present === 'failed') return [{ StatusType: 'read replication', Normal: false, Status: 'error' }];
  const { isNormal, status, message } = replicationStatus(replicationFault);
  return [{ StatusType: 'read replication', Normal: isNormal, Status: status, Message: message }];
}

/**
 * The instance as RDS shows it. Terraform reads nearly all members back, so a feature that Cornac does not
 * have is shown with the value for its absence.
 * @param underWay the values that the operation of this answer is going to change
 */
export function toDBInstance(instance: Instance, owner: Owner, underWay: Modification = {}): DBInstance {
  const { identifier, engineVersion, address, port, settings, allocatedStorage } = instance;
  const figures = shownFigures(settings, allocatedStorage);
  const zone = showZone(settings.availabilityZone, owner);
  return {
    DBInstanceIdentifier: identifier,
    DBInstanceClass: instance.dbInstanceClass,
    Engine: 'postgres',
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    DBName: instance.dbName,
    Endpoint: address === null ? undefined : { Address: address, Port: port },
    AllocatedStorage: allocatedStorage,
    InstanceCreateTime: instance.availableAt ?? undefined,
    PreferredBackupWindow: settings.preferredBackupWindow,
    LatestRestorableTime: instance.latestRestorableAt ?? undefined,
    BackupRetentionPeriod: instance.backupRetentionPeriod ?? 0,
    DBSecurityGroups: [],
    VpcSecurityGroups: settings.vpcSecurityGroupIds.map((id) => ({
      VpcSecurityGroupId: id,
      Status: 'active',
    })),
    DBParameterGroups: [
      {
        DBParameterGroupName: instance.parameterGroup?.name ?? defaultParameterGroup(engineVersion),
        ParameterApplyStatus: parameterStatus(instance),
      },
    ],
    AvailabilityZone: zone,
    DBSubnetGroup: showSubnetGroup(instance.dbSubnetGroup, zone, owner),
    PreferredMaintenanceWindow: instance.preferredMaintenanceWindow,
    UpgradeRolloutOrder: 'second',
    PendingModifiedValues: {
      ...pendingModifiedValues({ ...instance.pending, ...underWay }),
      CACertificateIdentifier: pendingAuthority(instance),
    },
    MultiAZ: false,
    EngineVersion: engineVersion,
    AutoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
    ReadReplicaSourceDBInstanceIdentifier: instance.replicaOf?.identifier,
    ReadReplicaDBInstanceIdentifiers: [...(instance.readReplicas ?? [])],
    ReadReplicaDBClusterIdentifiers: [],
    LicenseModel: 'postgresql-license',
    Iops: figures.iops,
    StorageThroughput: figures.storageThroughput,
    OptionGroupMemberships: [
      { OptionGroupName: instance.optionGroupName ?? defaultOptionGroup(engineVersion), Status: 'in-sync' },
    ],
    CharacterSetName: 'UTF8',
    PubliclyAccessible: settings.publiclyAccessible,
    StorageType: settings.storageType,
    StorageEncryptionType: 'none',
    DbInstancePort: port,
    StorageEncrypted: false,
    DbiResourceId: instance.dbiResourceId,
    ...showCertificate(instance),
    DomainMemberships: [],
    CopyTagsToSnapshot: settings.copyTagsToSnapshot,
    MonitoringInterval: 0,
    StatusInfos: showReplication(instance),
    DBInstanceArn: resourceArn(resourceOf(instance), owner),
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
    IsStorageConfigUpgradeAvailable: false,
    EngineLifecycleSupport: settings.engineLifecycleSupport ?? LIFECYCLE_SUPPORT[0],
  };
}

/**
 * Caches a view for each owner and each object that the inventory returns again while it is unchanged. The
 * view is frozen, so that the encoder can reuse its XML.
 */
function once<Source extends object, View extends object>(make: (source: Source, owner: Owner) => View) {
  const made = new WeakMap<Owner, WeakMap<Source, View>>();
  return (source: Source, owner: Owner): View => {
    const views = made.get(owner) ?? new WeakMap<Source, View>();
    made.set(owner, views);
    const known = views.get(source);
    if (known) return known;
    const view = Object.freeze(make(source, owner));
    views.set(source, view);
    return view;
  };
}

const showInstance = once((instance: Instance, owner) => toDBInstance(instance, owner));

const showAll = once(
  (instances: readonly Instance[], owner): DBInstanceMessage => ({
    DBInstances: instances.map((instance) => showInstance(instance, owner)),
  }),
);

/**
 * The first `limit` of the instances that the inventory has listed. The list holds at least one more if more
 * exist.
 */
export function showPage(instances: readonly Instance[], limit: number, owner: Owner): DBInstanceMessage {
  if (instances.length <= limit) return showAll(instances, owner);
  const { records, marker } = cutPage(instances, limit, ({ identifier }) => identifier);
  return { Marker: marker, DBInstances: records.map((instance) => showInstance(instance, owner)) };
}
