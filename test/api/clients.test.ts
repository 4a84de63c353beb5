import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { createToyActions } from '../support/api/actions.ts';
import {
  ACCESS_KEY,
  REGION,
  SECRET_KEY,
  startTestGateway,
  type TestGateway,
} from '../support/api/gateway.ts';

const run = promisify(execFile);
let gateway: TestGateway;
let client: RDSClient;

before(async () => {
  gateway = await startTestGateway(createToyActions());
  client = new RDSClient({
    endpoint: gateway.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
  });
});

after(async () => {
  client.destroy();
  await gateway.listener.close();
});

function environment(overrides: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: gateway.endpoint,
    AWS_MAX_ATTEMPTS: '1',
    ...overrides,
  };
}

function aws(...args: string[]) {
  return run('aws', args, { env: environment() });
}
function python(script: string) {
  return run('python3', ['-c', script], { env: environment() });
}

test('the JavaScript SDK creates, reads and tags an instance', async () => {
  const Tags = [
    { Key: 'a', Value: '' },
    { Key: 'b & <c>', Value: '"é\u{1f418}"' },
  ];
  const { DBInstance } = await client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'js',
      DBInstanceClass: 'db.t2.micro',
      Engine: 'postgres',
      AllocatedStorage: 5,
      DBName: '',
      MasterUserPassword: "C0nf'de tie!&<>%+",
      Tags,
    }),
  );
  assert.deepEqual(DBInstance, {
    DBInstanceIdentifier: 'js',
    DBInstanceClass: 'db.t2.micro',
    Engine: 'postgres',
    AllocatedStorage: 5,
    DBInstanceStatus: 'creating',
    InstanceCreateTime: new Date('2026-11-23T04:55:05.123Z'),
    Endpoint: { Address: '127.0.0.2', Port: 5432 },
    DBSecurityGroups: [],
    TagList: Tags,
  });
  const tagged = await client.send(
    new AddTagsToResourceCommand({ ResourceName: 'js', Tags: [{ Key: 'c', Value: '3' }] }),
  );
  const described = await client.send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'js', Filters: [] }),
  );
  assert.equal(described.DBInstances?.[0]?.TagList?.length, 3);
  assert.match(tagged.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('an error of the catalogue reaches the JavaScript SDK as its class', async () => {
  await assert.rejects(client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'nobody' })), {
    name: 'DBInstanceNotFoundFault',
    message: 'DBInstance nobody not found.',
  });
});

test('an action that AWS has and Cornac does not is refused as invalid', async () => {
  await assert.rejects(client.send(new DescribeDBSnapshotsCommand({})), { Code: 'InvalidAction' });
});

test('the aws CLI creates an instance, and its waiter for a deletion accepts a missing one', async () => {
  const { stdout } = await aws(
    ...['rds', 'create-db-instance', '--db-instance-identifier', 'cli', '--db-instance-class', 'db.t2.micro'],
    ...['--engine', 'postgres', '--allocated-storage', '5', '--master-username', 'postgres'],
    ...['--master-user-password', 'C0nfidentiel', '--tags', 'Key=k,Value=v'],
  );
  const { DBInstance } = JSON.parse(stdout);
  assert.equal(DBInstance.AllocatedStorage, 5);
  assert.equal(Date.parse(DBInstance.InstanceCreateTime), Date.parse('2026-11-23T04:55:05.123Z'));
  assert.deepEqual(DBInstance.TagList, [{ Key: 'k', Value: 'v' }]);
  await aws('rds', 'wait', 'db-instance-deleted', '--db-instance-identifier', 'gone');
});

test('the aws CLI shows code and message of an error', async () => {
  await assert.rejects(aws('rds', 'describe-db-instances', '--db-instance-identifier', 'nobody'), {
    // The aws CLI of Debian 13 also reports the number of its attempts.
    stderr:
      /\(DBInstanceNotFound\) when calling the DescribeDBInstances operation(?: \(.*\))?: DBInstance nobody not found\./,
  });
});

test('sts get-caller-identity answers on the same endpoint', async () => {
  const { stdout } = await aws('sts', 'get-caller-identity');
  assert.deepEqual(JSON.parse(stdout), {
    UserId: ACCESS_KEY,
    Account: '123456789012',
    Arn: `arn:aws:iam::123456789012:user/${ACCESS_KEY}`,
  });
});

test('boto3 calls, and its presigned URL opens', async () => {
  const { stdout } = await python(`
import boto3, json, urllib.request
client = boto3.client('rds')
client.create_db_instance(DBInstanceIdentifier='boto', DBInstanceClass='db.t2.micro', Engine='postgres', DBName='')
try:
    client.describe_db_instances(DBInstanceIdentifier='nobody')
except client.exceptions.DBInstanceNotFoundFault as error:
    print(error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Type'])
print(client.describe_db_instances(DBInstanceIdentifier='boto', Filters=[])['DBInstances'][0]['Endpoint']['Port'])
for method in ('GET', 'POST'):
    url = client.generate_presigned_url('describe_db_instances', {'DBInstanceIdentifier': 'boto'}, HttpMethod=method)
    request = urllib.request.Request(url, method=method)
    print('<DBInstanceIdentifier>boto</DBInstanceIdentifier>' in urllib.request.urlopen(request).read().decode())
`);
  assert.deepEqual(stdout.trim().split('\n'), ['404 Sender', '5432', 'True', 'True']);
});

test('no password is in the log', () => {
  assert.ok(gateway.log.length > 0);
  assert.doesNotMatch(JSON.stringify(gateway.log), /C0nf/);
});
