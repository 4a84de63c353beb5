import type { Action } from '../../action.ts';
import { absentRead } from './absent-read.ts';
import { none, ofClusterFamily, ofEngine, ofInstance, ofMaintained, ofSnapshot } from './lookups.ts';

const SNAPSHOT_TYPES = ['automated', 'awsbackup', 'manual', 'public', 'shared'];
const DURATIONS = ['1', '3', '31536000', '94608000'];
const OFFERING_TYPES = ['All Upfront', 'No Upfront', 'Partial Upfront'];

/**
 * Reads of what Cornac never has. Filters, values and faults are those of the RDS API Reference. An action that
 * makes such a resource takes its read out of this table.
 */
export const absentReads: readonly Action[] = [
  absentRead('DescribeBlueGreenDeployments', {
    list: 'BlueGreenDeployments',
    named: { BlueGreenDeploymentIdentifier: none('blueGreenDeployment') },
    filters: ['blue-green-deployment-identifier', 'blue-green-deployment-name', 'source', 'target'],
  }),
  absentRead('DescribeDBCapacityReservations', {
    list: 'DBCapacityReservations',
    named: { DBCapacityReservationIdentifier: none('capacityReservation') },
    filters: ['availability-zone', 'db-capacity-reservation-name', 'db-instance-class', 'engine', 'state'],
  }),
  absentRead('DescribeDBClusterAutomatedBackups', {
    list: 'DBClusterAutomatedBackups',
    named: {
      DbClusterResourceId: none('clusterAutomatedBackup'),
      DBClusterIdentifier: none('clusterAutomatedBackup'),
    },
    filters: ['db-cluster-id', 'db-cluster-resource-id', 'status'],
  }),
  absentRead('DescribeDBClusterBacktracks', {
    list: 'DBClusterBacktracks',
    named: { DBClusterIdentifier: none('cluster') },
    filters: ['db-cluster-backtrack-id', 'db-cluster-backtrack-status'],
  }),
  // An unknown DBClusterEndpointIdentifier is no fault of this read.
  absentRead('DescribeDBClusterEndpoints', {
    list: 'DBClusterEndpoints',
    named: { DBClusterIdentifier: none('cluster') },
    filters: [
      'db-cluster-endpoint-custom-type',
      'db-cluster-endpoint-id',
      'db-cluster-endpoint-status',
      'db-cluster-endpoint-type',
    ],
  }),
  absentRead('DescribeDBClusterParameterGroups', {
    list: 'DBClusterParameterGroups',
    named: { DBClusterParameterGroupName: none('clusterParameterGroup') },
  }),
  absentRead('DescribeDBClusterParameters', {
    list: 'Parameters',
    named: { DBClusterParameterGroupName: none('clusterParameterGroup') },
    filters: ['parameter-name'],
  }),
  absentRead('DescribeDBClusterSnapshotAttributes', {
    list: 'DBClusterSnapshotAttributesResult',
    named: { DBClusterSnapshotIdentifier: none('clusterSnapshot') },
  }),
  absentRead('DescribeDBClusterSnapshots', {
    list: 'DBClusterSnapshots',
    named: { DBClusterSnapshotIdentifier: none('clusterSnapshot') },
    filters: ['db-cluster-id', 'db-cluster-snapshot-id', 'engine', 'snapshot-type'],
    values: { SnapshotType: SNAPSHOT_TYPES },
  }),
  absentRead('DescribeDBClusters', {
    list: 'DBClusters',
    named: { DBClusterIdentifier: none('cluster') },
    filters: ['clone-group-id', 'db-cluster-id', 'db-cluster-resource-id', 'domain', 'engine'],
  }),
  absentRead('DescribeDBProxies', { list: 'DBProxies', named: { DBProxyName: none('proxy') } }),
  absentRead('DescribeDBProxyEndpoints', {
    list: 'DBProxyEndpoints',
    named: { DBProxyName: none('proxy'), DBProxyEndpointName: none('proxyEndpoint') },
  }),
  absentRead('DescribeDBProxyTargetGroups', {
    list: 'TargetGroups',
    named: { DBProxyName: none('proxy') },
  }),
  absentRead('DescribeDBProxyTargets', { list: 'Targets', named: { DBProxyName: none('proxy') } }),
  absentRead('DescribeDBRecommendations', {
    list: 'DBRecommendations',
    filters: [
      'cluster-pg-arn',
      'cluster-resource-id',
      'dbi-resource-id',
      'pg-arn',
      'recommendation-id',
      'severity',
      'status',
      'type-id',
    ],
  }),
  // The groups of EC2-Classic, which AWS has closed.
  absentRead('DescribeDBSecurityGroups', {
    list: 'DBSecurityGroups',
    named: { DBSecurityGroupName: none('securityGroup') },
  }),
  absentRead('DescribeDBShardGroups', {
    list: 'DBShardGroups',
    named: { DBShardGroupIdentifier: none('shardGroup') },
    filters: 'any',
  }),
  absentRead('DescribeDBSnapshotTenantDatabases', {
    list: 'DBSnapshotTenantDatabases',
    named: { DBSnapshotIdentifier: ofSnapshot },
    filters: [
      'db-instance-id',
      'db-snapshot-id',
      'dbi-resource-id',
      'snapshot-type',
      'tenant-database-resource-id',
      'tenant-db-name',
    ],
    values: { SnapshotType: SNAPSHOT_TYPES },
  }),
  absentRead('DescribeEngineDefaultClusterParameters', {
    list: 'EngineDefaults',
    named: { DBParameterGroupFamily: ofClusterFamily },
  }),
  absentRead('DescribeEventSubscriptions', {
    list: 'EventSubscriptionsList',
    named: { SubscriptionName: none('eventSubscription') },
  }),
  absentRead('DescribeExportTasks', {
    list: 'ExportTasks',
    named: { ExportTaskIdentifier: none('exportTask') },
    filters: ['export-task-identifier', 's3-bucket', 'source-arn', 'status'],
    values: { SourceType: ['CLUSTER', 'SNAPSHOT'] },
  }),
  absentRead('DescribeGlobalClusters', {
    list: 'GlobalClusters',
    named: { GlobalClusterIdentifier: none('globalCluster') },
    filters: ['region'],
  }),
  absentRead('DescribeIntegrations', {
    list: 'Integrations',
    named: { IntegrationIdentifier: none('integration') },
    filters: 'any',
  }),
  // PostgreSQL has no options on RDS.
  absentRead('DescribeOptionGroupOptions', { list: 'OptionGroupOptions', named: { EngineName: ofEngine } }),
  // Pending modified values are no maintenance actions, and a newer minor version is offered by no action yet.
  absentRead('DescribePendingMaintenanceActions', {
    list: 'PendingMaintenanceActions',
    named: { ResourceIdentifier: ofMaintained },
    filters: ['db-cluster-id', 'db-instance-id'],
  }),
  absentRead('DescribeReservedDBInstances', {
    list: 'ReservedDBInstances',
    named: { ReservedDBInstanceId: none('reservedInstance') },
    values: { Duration: DURATIONS, OfferingType: OFFERING_TYPES },
  }),
  absentRead('DescribeReservedDBInstancesOfferings', {
    list: 'ReservedDBInstancesOfferings',
    named: { ReservedDBInstancesOfferingId: none('reservedInstancesOffering') },
    values: { Duration: DURATIONS, OfferingType: OFFERING_TYPES },
  }),
  absentRead('DescribeServerlessV2PlatformVersions', {
    list: 'ServerlessV2PlatformVersions',
    values: { Engine: ['aurora-mysql', 'aurora-postgresql'] },
    page: { smallest: 1, largest: 200 },
  }),
  // Every region of the settings shows the same resources, so no region is the source of another one.
  absentRead('DescribeSourceRegions', { list: 'SourceRegions' }),
  absentRead('DescribeTenantDatabases', {
    list: 'TenantDatabases',
    named: { DBInstanceIdentifier: ofInstance },
    filters: ['dbi-resource-id', 'tenant-database-resource-id', 'tenant-db-name'],
  }),
];
