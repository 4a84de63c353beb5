import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { compileOperation } from '../../../../src/api/protocol/schema.ts';
import { createEncoder } from '../../../../src/api/protocol/xml.ts';
import { absentReads } from '../../../../src/api/rds/absent/reads.ts';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());
await api.call(createDBInstance, WALK_THROUGH);

const ARN = 'arn:aws:rds:local:123456789012';

/** An input with the required members, the empty list of the answer, and inputs with the code of their refusal. */
interface Case {
  readonly list?: string;
  readonly input?: object;
  readonly refused?: readonly (readonly [input: object, code: string])[];
}

const CASES: Readonly<Record<string, Case>> = {
  DescribeBlueGreenDeployments: {
    list: 'BlueGreenDeployments',
    refused: [[{ BlueGreenDeploymentIdentifier: 'bgd-1' }, 'BlueGreenDeploymentNotFoundFault']],
  },
  DescribeDBCapacityReservations: {
    list: 'DBCapacityReservations',
    refused: [[{ DBCapacityReservationIdentifier: 'dbcr-1' }, 'DBCapacityReservationNotFound']],
  },
  DescribeDBClusterAutomatedBackups: {
    list: 'DBClusterAutomatedBackups',
    refused: [
      [{ DBClusterIdentifier: 'one' }, 'DBClusterAutomatedBackupNotFoundFault'],
      [{ DbClusterResourceId: 'cluster-1' }, 'DBClusterAutomatedBackupNotFoundFault'],
    ],
  },
  DescribeDBClusterBacktracks: {
    refused: [[{ DBClusterIdentifier: 'one' }, 'DBClusterNotFoundFault']],
  },
  DescribeDBClusterEndpoints: {
    list: 'DBClusterEndpoints',
    input: { DBClusterEndpointIdentifier: 'one' },
    refused: [[{ DBClusterIdentifier: 'one' }, 'DBClusterNotFoundFault']],
  },
  DescribeDBClusterParameterGroups: {
    list: 'DBClusterParameterGroups',
    refused: [[{ DBClusterParameterGroupName: 'one' }, 'DBParameterGroupNotFound']],
  },
  DescribeDBClusterParameters: {
    refused: [[{ DBClusterParameterGroupName: 'one' }, 'DBParameterGroupNotFound']],
  },
  DescribeDBClusterSnapshotAttributes: {
    refused: [[{ DBClusterSnapshotIdentifier: 'one' }, 'DBClusterSnapshotNotFoundFault']],
  },
  DescribeDBClusterSnapshots: {
    list: 'DBClusterSnapshots',
    input: { SnapshotType: 'manual', DBClusterIdentifier: 'one' },
    refused: [
      [{ DBClusterSnapshotIdentifier: 'one' }, 'DBClusterSnapshotNotFoundFault'],
      [{ SnapshotType: 'all' }, 'InvalidParameterValue'],
    ],
  },
  DescribeDBClusters: {
    list: 'DBClusters',
    input: { Filters: [{ Name: 'engine', Values: ['postgres'] }] },
    refused: [
      [{ DBClusterIdentifier: 'one' }, 'DBClusterNotFoundFault'],
      [{ Filters: [{ Name: 'db-cluster-id', Values: ['-'] }] }, 'InvalidParameterValue'],
      [{ Filters: [{ Name: 'engine', Values: [] }] }, 'InvalidParameterCombination'],
    ],
  },
  DescribeDBProxies: {
    list: 'DBProxies',
    refused: [[{ DBProxyName: 'one' }, 'DBProxyNotFoundFault']],
  },
  DescribeDBProxyEndpoints: {
    list: 'DBProxyEndpoints',
    refused: [
      [{ DBProxyName: 'one' }, 'DBProxyNotFoundFault'],
      [{ DBProxyEndpointName: 'one' }, 'DBProxyEndpointNotFoundFault'],
      [{ DBProxyEndpointName: 'one', DBProxyName: 'two' }, 'DBProxyNotFoundFault'],
    ],
  },
  DescribeDBProxyTargetGroups: { refused: [[{ DBProxyName: 'one' }, 'DBProxyNotFoundFault']] },
  DescribeDBProxyTargets: { refused: [[{ DBProxyName: 'one' }, 'DBProxyNotFoundFault']] },
  DescribeDBRecommendations: {
    list: 'DBRecommendations',
    input: { Filters: [{ Name: 'status', Values: ['active'] }] },
  },
  DescribeDBSecurityGroups: {
    list: 'DBSecurityGroups',
    refused: [[{ DBSecurityGroupName: 'default' }, 'DBSecurityGroupNotFound']],
  },
  DescribeDBShardGroups: {
    list: 'DBShardGroups',
    refused: [[{ DBShardGroupIdentifier: 'one' }, 'DBShardGroupNotFound']],
  },
  DescribeDBSnapshotTenantDatabases: {
    list: 'DBSnapshotTenantDatabases',
    refused: [
      [{ DBSnapshotIdentifier: 'one' }, 'DBSnapshotNotFound'],
      [{ SnapshotType: 'all' }, 'InvalidParameterValue'],
    ],
  },
  DescribeEngineDefaultClusterParameters: {
    refused: [[{ DBParameterGroupFamily: 'aurora-postgresql15' }, 'InvalidParameterValue']],
  },
  DescribeEventSubscriptions: {
    list: 'EventSubscriptionsList',
    refused: [[{ SubscriptionName: 'one' }, 'SubscriptionNotFound']],
  },
  DescribeExportTasks: {
    list: 'ExportTasks',
    input: { SourceType: 'SNAPSHOT' },
    refused: [
      [{ ExportTaskIdentifier: 'one' }, 'ExportTaskNotFound'],
      [{ SourceType: 'snapshot' }, 'InvalidParameterValue'],
    ],
  },
  DescribeGlobalClusters: {
    list: 'GlobalClusters',
    refused: [[{ GlobalClusterIdentifier: 'one' }, 'GlobalClusterNotFoundFault']],
  },
  DescribeIntegrations: {
    list: 'Integrations',
    refused: [[{ IntegrationIdentifier: 'one' }, 'IntegrationNotFoundFault']],
  },
  DescribeOptionGroupOptions: {
    list: 'OptionGroupOptions',
    input: { EngineName: 'postgres', MajorEngineVersion: '15' },
    refused: [[{ EngineName: 'postgresql' }, 'InvalidParameterValue']],
  },
  DescribePendingMaintenanceActions: {
    list: 'PendingMaintenanceActions',
    input: { ResourceIdentifier: `${ARN}:db:test0` },
    refused: [
      [{ ResourceIdentifier: `${ARN}:db:other` }, 'ResourceNotFoundFault'],
      [{ ResourceIdentifier: `${ARN}:cluster:test0` }, 'ResourceNotFoundFault'],
      [{ ResourceIdentifier: `${ARN}:pg:default.postgres15` }, 'ResourceNotFoundFault'],
      [{ ResourceIdentifier: 'test0' }, 'InvalidParameterValue'],
    ],
  },
  DescribeReservedDBInstances: {
    list: 'ReservedDBInstances',
    input: { Duration: '3', OfferingType: 'All Upfront' },
    refused: [
      [{ ReservedDBInstanceId: 'one' }, 'ReservedDBInstanceNotFound'],
      [{ Duration: '2' }, 'InvalidParameterValue'],
    ],
  },
  DescribeReservedDBInstancesOfferings: {
    list: 'ReservedDBInstancesOfferings',
    refused: [
      [{ ReservedDBInstancesOfferingId: 'one' }, 'ReservedDBInstancesOfferingNotFound'],
      [{ OfferingType: 'Light' }, 'InvalidParameterValue'],
    ],
  },
  DescribeServerlessV2PlatformVersions: {
    list: 'ServerlessV2PlatformVersions',
    input: { MaxRecords: 1, Engine: 'aurora-postgresql' },
    refused: [
      [{ Engine: 'postgres' }, 'InvalidParameterValue'],
      [{ MaxRecords: 201 }, 'InvalidParameterValue'],
    ],
  },
  DescribeSourceRegions: { list: 'SourceRegions', input: { RegionName: 'eu-west-1' } },
  DescribeTenantDatabases: {
    list: 'TenantDatabases',
    input: { DBInstanceIdentifier: `${ARN}:db:TEST0` },
    refused: [[{ DBInstanceIdentifier: 'other' }, 'DBInstanceNotFound']],
  },
};

test('every read of the table has a case, and the table is sorted by name', () => {
  const names = absentReads.map(({ name }) => name);
  assert.deepEqual(names, Object.keys(CASES));
  assert.deepEqual(names, [...names].sort());
});

for (const action of absentReads) {
  const { list, input = {}, refused = [] } = CASES[action.name] ?? {};
  const { input: shape, output } = compileOperation(action.schema);
  const taken = new Set(shape.members.map(({ name }) => name));

  describe(action.name, () => {
    if (list !== undefined) {
      test('answers with an empty list, and the encoder knows its member', async () => {
        assert.deepEqual(await api.call(action, input), { [list]: [] });
        assert.ok(output?.members.some(({ name, shape: { kind } }) => name === list && kind === 'list'));
        const xml = createEncoder(compileOperation(action.schema), 'urn:x')({ [list]: [] }, 'id').toString();
        assert.match(xml, new RegExp(`<${list}(/>|></${list}>)`));
      });
    }
    if (taken.has('Filters')) {
      test('refuses a filter without a value', async () => {
        await assert.rejects(api.call(action, { ...input, Filters: [{ Name: 'colour', Values: [] }] }), {
          status: 400,
        });
      });
    }
    if (taken.has('MaxRecords')) {
      for (const bad of [{ MaxRecords: 0 }, { MaxRecords: 1001 }, { Marker: 'x' }]) {
        test(`refuses ${JSON.stringify(bad)}`, async () => {
          await assert.rejects(api.call(action, { ...input, ...bad }), { code: 'InvalidParameterValue' });
        });
      }
    }
    for (const [bad, code] of refused) {
      test(`refuses ${JSON.stringify(bad)} with ${code}`, async () => {
        await assert.rejects(api.call(action, { ...input, ...bad }), { code });
      });
    }
  });
}
