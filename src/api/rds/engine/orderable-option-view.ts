import type { OrderableDBInstanceOption } from '@aws-sdk/client-rds';
import { largestStorage, SMALLEST_STORAGE } from '../../../model/db-instance/storage.ts';
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
  return {
    Engine: 'postgres',
    EngineVersion: engineVersion,
    DBInstanceClass: dbInstanceClass,
    LicenseModel: 'postgresql-license',
    AvailabilityZones: [{ Name: `${region}a` }],
    MultiAZCapable: false,
    ReadReplicaCapable: false,
    Vpc: true,
    SupportsStorageEncryption: false,
    StorageType: storageType,
    SupportsIops: storageType.startsWith('io') || storageType === 'gp3',
    SupportsStorageThroughput: storageType === 'gp3',
    SupportsEnhancedMonitoring: false,
    SupportsIAMDatabaseAuthentication: false,
    SupportsPerformanceInsights: false,
    MinStorageSize: SMALLEST_STORAGE,
    MaxStorageSize: largestStorage(storageType),
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
  };
}
