import type { OrderableDBInstanceOption } from '@aws-sdk/client-rds';
import { boundsOf, largestStorage, SMALLEST_STORAGE } from '../../../model/db-instance/storage.ts';
import type { Owner } from '../../../model/owner.ts';

/** One combination that CreateDBInstance accepts. */
export interface Option {
  readonly engineVersion: string;
  readonly dbInstanceClass: string;
  readonly storageType: string;
}

/** The combination as RDS shows it. */
export function toOrderableOption(
  { engineVersion, dbInstanceClass, storageType }: Option,
  { region }: Owner,
): OrderableDBInstanceOption {
  const { iops, iopsRatio, storageThroughput, throughputRatio } = boundsOf(storageType);
  return {
    Engine: 'postgres',
    EngineVersion: engineVersion,
    DBInstanceClass: dbInstanceClass,
    LicenseModel: 'postgresql-license',
    AvailabilityZones: [{ Name: `${region}a` }],
    MultiAZCapable: false,
    ReadReplicaCapable: true,
    Vpc: true,
    SupportsStorageEncryption: false,
    StorageType: storageType,
    SupportsIops: iops !== undefined,
    SupportsStorageThroughput: storageThroughput !== undefined,
    SupportsEnhancedMonitoring: false,
    SupportsIAMDatabaseAuthentication: false,
    SupportsPerformanceInsights: false,
    MinStorageSize: SMALLEST_STORAGE,
    MaxStorageSize: largestStorage(storageType),
    MinIopsPerDbInstance: iops?.least,
    MaxIopsPerDbInstance: iops?.most,
    MinIopsPerGib: iopsRatio?.least,
    MaxIopsPerGib: iopsRatio?.most,
    MinStorageThroughputPerDbInstance: storageThroughput?.least,
    MaxStorageThroughputPerDbInstance: storageThroughput?.most,
    MinStorageThroughputPerIops: throughputRatio?.least,
    MaxStorageThroughputPerIops: throughputRatio?.most,
    AvailableProcessorFeatures: [],
    SupportedEngineModes: ['provisioned'],
    SupportsStorageAutoscaling: false,
    SupportsKerberosAuthentication: false,
    OutpostCapable: false,
    SupportedActivityStreamModes: [],
    SupportsGlobalDatabases: false,
    SupportedNetworkTypes: ['IPV4'],
    SupportsClusters: false,
    SupportsDedicatedLogVolume: false,
    SupportsAdditionalStorageVolumes: false,
    SupportsHttpEndpoint: false,
  };
}
