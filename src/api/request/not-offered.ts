import { invalidParameterValue } from '../../model/errors.ts';
import { refuseAll } from '../../model/refusals.ts';

interface Gap {
  /** The feature that Cornac does not have. */
  readonly missing: string;
  /** Values that do not ask for the feature. An empty list never does. */
  readonly harmless?: readonly unknown[];
}

const AURORA = 'DB clusters';
const DIRECTORY = 'Active Directory domains';
const ENCRYPTION = 'storage encryption';
const INSIGHTS = 'Performance Insights';
const MANAGED_PASSWORD = 'managed master passwords';

/**
 * Parameters of RDS that ask for a feature that Cornac does not have. They are refused by name rather than
 * ignored, because a client that asks for backups and gets an answer must be able to rely on them.
 */
const gaps: Readonly<Record<string, Gap>> = {
  AdditionalStorageVolumes: { missing: 'additional volumes' },
  AutomationMode: { missing: 'RDS Custom' },
  AwsBackupRecoveryPointArn: { missing: 'AWS Backup' },
  BackupTarget: { missing: 'Outposts', harmless: ['region'] },
  CharacterSetName: { missing: 'a choice of character sets', harmless: ['UTF8'] },
  CloudwatchLogsExportConfiguration: { missing: 'log exports' },
  CustomIamInstanceProfile: { missing: 'RDS Custom' },
  DBCapacityReservationIdentifier: { missing: 'capacity reservations' },
  DBClusterIdentifier: { missing: AURORA },
  DBClusterSnapshotIdentifier: { missing: AURORA },
  DBSecurityGroups: { missing: 'DB security groups' },
  DBSystemId: { missing: 'Oracle' },
  DatabaseInsightsMode: { missing: INSIGHTS, harmless: ['standard'] },
  DedicatedLogVolume: { missing: 'dedicated log volumes', harmless: [false] },
  DetachFromDBCapacityReservation: { missing: 'capacity reservations', harmless: [false] },
  DisableDomain: { missing: DIRECTORY, harmless: [false] },
  Domain: { missing: DIRECTORY },
  DomainAuthSecretArn: { missing: DIRECTORY },
  DomainDnsIps: { missing: DIRECTORY },
  DomainFqdn: { missing: DIRECTORY },
  DomainIAMRoleName: { missing: DIRECTORY },
  DomainOu: { missing: DIRECTORY },
  EnableCloudwatchLogsExports: { missing: 'log exports' },
  EnableCustomerOwnedIp: { missing: 'Outposts', harmless: [false] },
  EnableIAMDatabaseAuthentication: { missing: 'IAM database authentication', harmless: [false] },
  EnablePerformanceInsights: { missing: INSIGHTS, harmless: [false] },
  KmsKeyId: { missing: ENCRYPTION },
  ManageMasterUserPassword: { missing: MANAGED_PASSWORD, harmless: [false] },
  MasterUserAuthenticationType: { missing: 'IAM database authentication', harmless: ['password'] },
  MasterUserSecretKmsKeyId: { missing: MANAGED_PASSWORD },
  MonitoringInterval: { missing: 'Enhanced Monitoring', harmless: [0] },
  MonitoringRoleArn: { missing: 'Enhanced Monitoring' },
  MultiAZ: { missing: 'a standby in another zone', harmless: [false] },
  MultiTenant: { missing: 'tenant databases', harmless: [false] },
  NcharCharacterSetName: { missing: 'Oracle' },
  NetworkType: { missing: 'IPv6', harmless: ['IPV4'] },
  PerformanceInsightsKMSKeyId: { missing: INSIGHTS },
  PerformanceInsightsRetentionPeriod: { missing: INSIGHTS },
  PreSignedUrl: { missing: 'a source in another region' },
  ProcessorFeatures: { missing: 'a choice of processor features' },
  PromotionTier: { missing: AURORA },
  ReplicaMode: { missing: 'replicas without reads', harmless: ['open-read-only'] },
  ResumeFullAutomationModeMinutes: { missing: 'RDS Custom' },
  RotateMasterUserPassword: { missing: MANAGED_PASSWORD, harmless: [false] },
  SourceDBClusterIdentifier: { missing: AURORA },
  StorageEncrypted: { missing: ENCRYPTION, harmless: [false] },
  TagSpecifications: { missing: 'tags of automated backups' },
  TdeCredentialArn: { missing: 'transparent data encryption' },
  TdeCredentialPassword: { missing: 'transparent data encryption' },
  Timezone: { missing: 'a time zone of the instance' },
  UpgradeStorageConfig: { missing: 'an upgrade of the storage', harmless: [false] },
  UseDefaultProcessorFeatures: { missing: 'a choice of processor features', harmless: [true, false] },
};

/** Names of the parameters of which some or all values are refused. */
export const parametersNotOffered: readonly string[] = Object.keys(gaps);

function isHarmless(value: unknown, { harmless = [] }: Gap): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0) || harmless.includes(value);
}

/** The message contains the parameter's name and not its value, which may be a secret. */
export function parameterNotOffered(name: string, missing: string, instead?: string) {
  return invalidParameterValue(
    `The parameter ${name} asks for what this endpoint does not offer yet: ${missing}. ` +
      `Leave it out${instead ? ` or give ${instead}` : ''}.`,
  );
}

/**
 * Refuses an input that asks for features that Cornac does not have.
 * @throws invalidParameterValue with every such parameter
 */
export function refuseNotOffered(input: object): void {
  refuseAll(
    Object.entries(input).flatMap(([name, value]) => {
      const gap = gaps[name];
      if (!gap || isHarmless(value, gap)) return [];
      return [parameterNotOffered(name, gap.missing, gap.harmless?.join(' or '))];
    }),
  );
}
