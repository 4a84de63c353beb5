import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type {
  CertificateMessage,
  DBInstanceMessage,
  DBParameterGroupsMessage,
  EventsMessage,
  OrderableDBInstanceOptionsMessage,
  TagListMessage,
} from '@aws-sdk/client-rds';
import { pino } from 'pino';
import { createApp } from '../../../src/api/app.ts';
import { describeCertificates } from '../../../src/api/rds/certificate/describe.ts';
import { createDBInstance } from '../../../src/api/rds/db-instance/create.ts';
import { describeDBInstances } from '../../../src/api/rds/db-instance/describe.ts';
import { rebootDBInstance } from '../../../src/api/rds/db-instance/reboot.ts';
import { describeDBParameterGroups } from '../../../src/api/rds/db-parameter-group/describe.ts';
import { toDBSnapshot } from '../../../src/api/rds/db-snapshot/view.ts';
import { describeOrderableDBInstanceOptions } from '../../../src/api/rds/engine/describe-orderable-options.ts';
import { describeEvents } from '../../../src/api/rds/event/describe.ts';
import { addTagsToResource } from '../../../src/api/rds/tag/add.ts';
import { listTagsForResource } from '../../../src/api/rds/tag/list.ts';
import { CERTIFICATES, config, ownerIn, startTestApi, WALK_THROUGH } from '../../support/api/api.ts';
import { ACCESS_KEY, SECRET_KEY } from '../../support/api/gateway.ts';
import { signedCall } from '../../support/api/sign.ts';
import { newSnapshot } from '../../support/snapshots.ts';

const api = await startTestApi();
after(() => api.close());

/** Runs an action for a request that is signed for the second region. */
function inSecond<Output>(action: Parameters<typeof api.call>[0], input: object): Promise<Output> {
  return api.call<Output>(action, input, undefined, SECOND);
}
function arn(region: string, name = 'test0') {
  return `arn:aws:rds:${region}:123456789012:db:${name}`;
}
const [FIRST, SECOND] = ['local', 'eu-west-1'];
await api.call(createDBInstance, { ...WALK_THROUGH, AvailabilityZone: 'localc' });
await api.finish('test0');

test('an instance is shown in the region of the request, with the same letter of its zone', async () => {
  for (const [region, zone] of [
    [FIRST, 'localc'],
    [SECOND, 'eu-west-1c'],
    [FIRST, 'localc'],
  ] as const) {
    for (const input of [{}, { DBInstanceIdentifier: 'test0' }, { MaxRecords: 20 }]) {
      const answer = await api.call<DBInstanceMessage>(describeDBInstances, input, undefined, region);
      const [instance] = answer.DBInstances ?? [];
      assert.deepEqual([instance?.DBInstanceArn, instance?.AvailabilityZone], [arn(region), zone]);
    }
  }
});

test('a create takes zones of the region of the request, and answers in this region', async () => {
  const zoned = { ...WALK_THROUGH, DBInstanceIdentifier: 'zoned' };
  await assert.rejects(inSecond(createDBInstance, { ...zoned, AvailabilityZone: 'locala' }), {
    message: 'Invalid availability zone: locala',
  });
  const { DBInstance } = await inSecond<{ DBInstance: Record<string, unknown> }>(createDBInstance, {
    ...zoned,
    AvailabilityZone: 'eu-west-1b',
  });
  const { DBInstanceArn, AvailabilityZone } = DBInstance;
  assert.deepEqual([DBInstanceArn, AvailabilityZone], [arn(SECOND, 'zoned'), 'eu-west-1b']);
});

test('ARNs of every region name the same instance, in requests of every region', async () => {
  for (const asking of [FIRST, SECOND]) {
    for (const named of [FIRST, SECOND]) {
      for (const input of [
        { DBInstanceIdentifier: arn(named) },
        { Filters: [{ Name: 'db-instance-id', Values: [arn(named)] }] },
      ]) {
        const answer = await api.call<DBInstanceMessage>(describeDBInstances, input, undefined, asking);
        assert.deepEqual(
          answer.DBInstances?.map((each) => each.DBInstanceArn),
          [arn(asking)],
        );
      }
    }
  }
});

test('tags that are added under the ARN of one region are listed under that of the other', async () => {
  const tag = { Key: 'team', Value: 'data' };
  await inSecond(addTagsToResource, { ResourceName: arn(SECOND), Tags: [tag] });
  const { TagList } = await api.call<TagListMessage>(listTagsForResource, { ResourceName: arn(FIRST) });
  assert.deepEqual(TagList, [tag]);
});

test('a change, events, parameter groups, options, snapshots and certificates are shown in the region of the request', async () => {
  const { DBInstance } = await inSecond<{ DBInstance: { DBInstanceArn?: string } }>(rebootDBInstance, {
    DBInstanceIdentifier: 'test0',
  });
  assert.equal(DBInstance.DBInstanceArn, arn(SECOND));
  await api.finish('test0');
  await api.inventory.instances.change({ identifier: 'test0' }, { requestId: 'test' }, () => ({
    events: [{ eventId: 'RDS-EVENT-0006', categories: ['availability'], message: 'DB instance restarted' }],
  }));
  const { Events = [] } = await inSecond<EventsMessage>(describeEvents, {});
  assert.equal(Events[0]?.SourceArn, arn(SECOND));
  const { DBParameterGroups = [] } = await inSecond<DBParameterGroupsMessage>(describeDBParameterGroups, {});
  assert.equal(DBParameterGroups[0]?.DBParameterGroupArn?.split(':')[3], SECOND);
  const { OrderableDBInstanceOptions = [] } = await inSecond<OrderableDBInstanceOptionsMessage>(
    describeOrderableDBInstanceOptions,
    { Engine: 'postgres' },
  );
  assert.deepEqual(OrderableDBInstanceOptions[0]?.AvailabilityZones, [{ Name: 'eu-west-1a' }]);
  const snapshot = toDBSnapshot(newSnapshot('one'), ownerIn(SECOND));
  assert.deepEqual(
    [snapshot.DBSnapshotArn?.split(':')[3], snapshot.AvailabilityZone],
    [SECOND, 'eu-west-1a'],
  );
  const { Certificates = [] } = await inSecond<CertificateMessage>(describeCertificates, {});
  assert.equal(Certificates[0]?.CertificateArn, `arn:aws:rds:${SECOND}::cert:cornac-ca-ecc256-g1`);
});

test('the gateway takes the region from the scope of the signature', async () => {
  const app = createApp(
    { config, inventory: api.inventory, certificates: CERTIFICATES },
    {
      actions: [describeDBInstances],
      credentials: { find: (id) => (id === ACCESS_KEY ? SECRET_KEY : undefined) },
      logger: pino({ level: 'silent' }),
    },
  );
  const body = 'Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=test0';
  for (const region of [SECOND, FIRST, SECOND]) {
    const { payload } = await app.inject(await signedCall(body, { region }));
    assert.match(payload, new RegExp(`<DBInstanceArn>${arn(region)}</DBInstanceArn>`));
  }
  assert.match((await app.inject(await signedCall(body, { region: 'us-east-1' }))).payload, /valid region/);
  await app.close();
});
