/** Why an operation is not offered. The first pattern that matches its name decides. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/Cluster|ShardGroup|HttpEndpoint/, 'no DB clusters'],
  [/ActivityStream/, 'no database activity streams'],
  [/Integration/, 'no zero-ETL integrations'],
  [/TenantDatabase/, 'no tenant databases: another engine has them'],
  [/CustomDBEngineVersion/, 'no RDS Custom'],
  [/FromS3$/, 'no restores of files in Amazon S3'],
  [/DBSecurityGroup/, 'no EC2-Classic, which AWS has closed'],
  [/Reserved|CapacityReservation/, 'nothing to buy or to reserve'],
  [/DBRecommendation/, 'no recommendations'],
  [/RoleToDBInstance|RoleFromDBInstance/, 'not yet: roles of AWS IAM at an instance'],
  [/DBProxy/, 'not yet: RDS Proxy'],
  [/BlueGreenDeployment/, 'not yet: blue/green deployments'],
  [/Subscription/, 'not yet: event subscriptions'],
  [/ExportTask/, 'not yet: exports'],
  [/AutomatedBackup/, 'not yet: automated backups of deleted DB instances, and in another region'],
  [/Snapshot/, 'not yet: DB snapshots'],
  [/SwitchoverReadReplica/, 'not yet: a switchover of read replicas'],
  [/OptionGroup/, 'not yet: option groups of your own'],
  [/SubnetGroup/, 'not yet: DB subnet groups of your own'],
  [/PendingMaintenanceAction/, 'no maintenance action is ever pending'],
];

/** @throws Error for an operation without a reason */
export function reasonOf(operation: string): string {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(operation)) ?? [];
  if (!reason) throw new Error(`scripts/coverage.d/not-offered.ts has no reason for ${operation}`);
  return reason;
}
