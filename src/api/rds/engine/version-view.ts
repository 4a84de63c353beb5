import type { DBEngineVersion } from '@aws-sdk/client-rds';
import { CERTIFICATE_IDENTIFIERS } from '../../../model/certificate/certificate.ts';
import { majorOf, parameterGroupFamily } from '../../../model/engine/engine-version.ts';

/** The version as RDS shows it. */
export function toDBEngineVersion(version: string): DBEngineVersion {
  return {
    Engine: 'postgres',
    MajorEngineVersion: majorOf(version),
    EngineVersion: version,
    DBParameterGroupFamily: parameterGroupFamily(version),
    DBEngineDescription: 'PostgreSQL',
    DBEngineVersionDescription: `PostgreSQL ${version}`,
    ValidUpgradeTarget: [],
    ExportableLogTypes: [],
    SupportsLogExportsToCloudwatchLogs: false,
    SupportsReadReplica: true,
    SupportedEngineModes: ['provisioned'],
    SupportedFeatureNames: [],
    Status: 'available',
    SupportsParallelQuery: false,
    SupportsGlobalDatabases: false,
    SupportsBabelfish: false,
    SupportsLimitlessDatabase: false,
    SupportsCertificateRotationWithoutRestart: true,
    SupportedCACertificateIdentifiers: [...CERTIFICATE_IDENTIFIERS],
    SupportsLocalWriteForwarding: false,
    SupportsIntegrations: false,
  };
}
