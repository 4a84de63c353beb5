import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type DBInstance, type DBInstanceMessage, DescribeDBInstances$ } from '@aws-sdk/client-rds';
import { pino } from 'pino';
import { action } from '../src/api/action.ts';
import { compileOperation } from '../src/api/protocol/schema.ts';
import { createEncoder } from '../src/api/protocol/xml.ts';
import { startTestGateway } from '../test/support/api/gateway.ts';
import { signedCall } from '../test/support/api/sign.ts';

/**
 * The cost of the gateway alone, with an inventory that costs nothing: serializing 100 instances, and answering
 * signed DescribeDBInstances calls over the loopback. Client and server share this process.
 *
 *     node --import tsx bench/api.ts
 */
const ROUNDS = 50;
const REQUESTS = 500;
const CONNECTIONS = 8;

/** An instance as RDS returns it, with about 60 members. */
function instance(n: number): DBInstance {
  return {
    DBInstanceIdentifier: `instance-${n}`,
    DBInstanceClass: 'db.t3.medium',
    Engine: 'postgres',
    EngineVersion: '16.9',
    EngineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    DBInstanceStatus: 'available',
    MasterUsername: 'postgres',
    DBName: `database${n}`,
    Endpoint: { Address: `instance-${n}.example.org`, Port: 5432, HostedZoneId: 'Z1TTGA775OQIYO' },
    AllocatedStorage: 100,
    MaxAllocatedStorage: 1000,
    StorageType: 'gp3',
    StorageThroughput: 0,
    Iops: 3000,
    StorageEncrypted: false,
    InstanceCreateTime: new Date('2026-11-23T04:55:05.123Z'),
    LatestRestorableTime: new Date('2026-11-23T05:25:00.000Z'),
    PreferredBackupWindow: '03:10-03:40',
    PreferredMaintenanceWindow: 'sun:04:10-sun:04:40',
    BackupRetentionPeriod: 7,
    BackupTarget: 'region',
    DBSecurityGroups: [],
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-0123456789abcdef0', Status: 'active' }],
    DBParameterGroups: [{ DBParameterGroupName: 'default.postgres16', ParameterApplyStatus: 'in-sync' }],
    OptionGroupMemberships: [{ OptionGroupName: 'default:postgres-16', Status: 'in-sync' }],
    AvailabilityZone: 'local-a',
    DBSubnetGroup: {
      DBSubnetGroupName: 'default',
      DBSubnetGroupDescription: 'default',
      VpcId: 'vpc-0',
      SubnetGroupStatus: 'Complete',
      Subnets: ['a', 'b', 'c'].map((zone) => ({
        SubnetIdentifier: `subnet-${zone}`,
        SubnetAvailabilityZone: { Name: `local-${zone}` },
        SubnetOutpost: {},
        SubnetStatus: 'Active',
      })),
    },
    PendingModifiedValues: {},
    MultiAZ: false,
    AutoMinorVersionUpgrade: true,
    ReadReplicaDBInstanceIdentifiers: [],
    LicenseModel: 'postgresql-license',
    PubliclyAccessible: false,
    DbInstancePort: 0,
    DbiResourceId: 'db-ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    DomainMemberships: [],
    CopyTagsToSnapshot: false,
    MonitoringInterval: 0,
    DBInstanceArn: `arn:aws:rds:local:123456789012:db:instance-${n}`,
    IAMDatabaseAuthenticationEnabled: false,
    DatabaseInsightsMode: 'standard',
    PerformanceInsightsEnabled: false,
    DeletionProtection: false,
    AssociatedRoles: [],
    TagList: [
      { Key: 'environment', Value: 'production' },
      { Key: 'owner', Value: 'R&D' },
    ],
    CustomerOwnedIpEnabled: false,
    NetworkType: 'IPV4',
    ActivityStreamStatus: 'stopped',
    CertificateDetails: { CAIdentifier: 'rds-ca-rsa2048-g1', ValidTill: new Date('2061-05-24T21:59:00Z') },
    DedicatedLogVolume: false,
    IsStorageConfigUpgradeAvailable: false,
    MultiTenant: false,
  };
}

function instances(count: number): DBInstanceMessage {
  return {
    DBInstances: Array.from({ length: count }, (_, n) => instance(n)),
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function measureEncode(): number {
  const encode = createEncoder(compileOperation(DescribeDBInstances$), 'urn:x');
  const result = instances(100);
  return median(
    Array.from({ length: ROUNDS }, () => {
      const started = performance.now();
      encode(result, 'id');
      return performance.now() - started;
    }),
  );
}

async function measureRequests(count: number): Promise<number> {
  const result = instances(count);
  const describe = action('DescribeDBInstances', async () => result);
  const { listener, port } = await startTestGateway([describe], {
    logger: pino(pino.destination('/dev/null')),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const { url, ...call } = await signedCall('Action=DescribeDBInstances&Version=2014-10-31');
  const send = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: url, agent, ...call }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.resume().on('end', resolve);
      });
      sent.on('error', reject).end(call.payload);
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  const started = performance.now();
  await Promise.all(Array.from({ length: REQUESTS }, send));
  const perSecond = (REQUESTS * 1000) / (performance.now() - started);
  agent.destroy();
  await listener.close();
  return perSecond;
}

const encodeMs = measureEncode();
const [none, hundred] = [await measureRequests(0), await measureRequests(100)];
console.log(
  `bench: encode_100_ms=${encodeMs.toFixed(2)} describe_0_rps=${none.toFixed(0)} describe_100_rps=${hundred.toFixed(0)}`,
);
