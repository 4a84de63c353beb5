import type { DBInstanceAutomatedBackup, DBSnapshot } from '@aws-sdk/client-rds';
import { shownFigures } from '../../model/db-instance/storage.ts';
import type { Snapshot } from '../../model/db-snapshot/snapshot.ts';
import { defaultOptionGroup } from '../../model/engine/engine-version.ts';
import type { Owner } from '../../model/owner.ts';

/** What a DB snapshot and an automated backup both show of the instance that was backed up, whether or not it exists. */
export function showBackedUpInstance(
  instance: Snapshot['instance'],
  { region }: Owner,
): DBSnapshot & DBInstanceAutomatedBackup {
  const { engineVersion, allocatedStorage } = instance;
  const { iops, storageThroughput } = shownFigures(instance, allocatedStorage);
  return {
    DbiResourceId: instance.dbiResourceId,
    DBInstanceIdentifier: instance.identifier,
    AllocatedStorage: allocatedStorage,
    StorageType: instance.storageType,
    Iops: iops,
    StorageThroughput: storageThroughput,
    Port: instance.port,
    AvailabilityZone: `${region}a`,
    InstanceCreateTime: instance.availableAt ?? undefined,
    MasterUsername: instance.masterUsername,
    Engine: 'postgres',
    EngineVersion: engineVersion,
    LicenseModel: 'postgresql-license',
    OptionGroupName: defaultOptionGroup(engineVersion),
    // Every backup is encrypted, with a key of the instance that is no key of AWS KMS.
    Encrypted: false,
    IAMDatabaseAuthenticationEnabled: false,
    MultiTenant: false,
    DedicatedLogVolume: false,
  };
}
