import type { ValidStorageOptions } from '@aws-sdk/client-rds';
import type { Instance } from '../../../model/db-instance/instance.ts';
import { boundsOf, largestStorage, storageTypes } from '../../../model/db-instance/storage.ts';
import { dbInstanceNotFound } from '../../../model/errors.ts';
import { refuseBeginning } from '../../../model/operation/beginning.ts';
import { action } from '../../action.ts';
import { readInstanceName } from './change.ts';

type Bounds = { readonly least: number; readonly most: number } | undefined;

/** A storage type without the figure has the range 0 to 0, as on RDS. */
function range(bounds: Bounds) {
  return [{ From: bounds?.least ?? 0, To: bounds?.most ?? 0, Step: 1 }];
}

function ratio(bounds: Bounds) {
  return [{ From: bounds?.least ?? 0, To: bounds?.most ?? 0 }];
}

/** What ModifyDBInstance takes for storage of this type. Storage never shrinks. */
function optionsOf(StorageType: string, { allocatedStorage }: Instance): ValidStorageOptions {
  const { iops, iopsRatio, storageThroughput, throughputRatio } = boundsOf(StorageType);
  return {
    StorageType,
    StorageSize: [{ From: allocatedStorage, To: largestStorage(StorageType), Step: 1 }],
    ProvisionedIops: range(iops),
    IopsToStorageRatio: ratio(iopsRatio),
    ProvisionedStorageThroughput: range(storageThroughput),
    StorageThroughputToIopsRatio: ratio(throughputRatio),
    SupportsStorageAutoscaling: false,
  };
}

/** The storage that the instance may get. A type whose largest storage is smaller than the instance's is left out. */
export const describeValidDBInstanceModifications = action(
  'DescribeValidDBInstanceModifications',
  async ({ DBInstanceIdentifier = '' }, { inventory, owner }) => {
    const identifier = readInstanceName(DBInstanceIdentifier, owner);
    const instance = await inventory.instances.find({ identifier });
    if (!instance) throw dbInstanceNotFound(identifier);
    refuseBeginning('modifyDbInstance', instance, true);
    return {
      ValidDBInstanceModificationsMessage: {
        Storage: storageTypes
          .filter((type) => largestStorage(type) >= instance.allocatedStorage)
          .map((type) => optionsOf(type, instance)),
        ValidProcessorFeatures: [],
        SupportsDedicatedLogVolume: false,
        AdditionalStorage: { SupportsAdditionalStorageVolumes: false, Volumes: [] },
      },
    };
  },
);
