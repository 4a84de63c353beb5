import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import type { KnownRoom } from '../../../../src/model/server/host-figures.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';
import { createModifyCalls, NOW } from './modify-calls.ts';

const api = await startTestApi();
after(() => api.close());
const { fresh, modify } = createModifyCalls(api);

/** One place for all machines that share it, for classes of 2 GiB at most, with 10 GiB of free disk. */
const ROOM: KnownRoom = {
  isShared: true,
  memoryMiB: { total: 2048, promised: 0 },
  diskGiB: { total: 10, promised: 0 },
  systemGiB: 0,
  machines: {},
};
function know(room: KnownRoom | null = ROOM, seenAt = new Date()) {
  return api.inventory.hostRooms.replace([{ host: 'this computer', seenAt, room }]);
}
beforeEach(() => know());

const WORDS =
  /^Cannot \w+ a db\.\S+ database instance because there are no availability zones with sufficient capacity for VPC and storage type : gp3 for db\.\S+\. Please try the request again at a later time\.$/;
const refusal = { code: 'InsufficientDBInstanceCapacity', status: 400, message: WORDS };
function create(members: object) {
  return api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'large', ...members });
}

test('a create that no host bears is refused, and records nothing', async () => {
  for (const members of [{ DBInstanceClass: 'db.r5.4xlarge' }, { AllocatedStorage: 11 }]) {
    await assert.rejects(create(members), refusal);
  }
  assert.equal(await api.inventory.instances.find({ identifier: 'large' }), undefined);
});

test('a mistake in the request is refused before a lack of room', async () => {
  await assert.rejects(create({ DBInstanceClass: 'db.r5.4xlarge', MasterUsername: 'rdsadmin' }), {
    code: 'InvalidParameterValue',
  });
});

test('a change that no host bears is refused, and the instance stays available', async () => {
  const name = await fresh();
  for (const members of [{ DBInstanceClass: 'db.r5.4xlarge' }, { AllocatedStorage: 16 }]) {
    await assert.rejects(modify(name, { ...members, ...NOW }), refusal);
  }
  const instance = await api.inventory.instances.find({ identifier: name });
  assert.deepEqual([instance?.status, instance?.pending], ['available', {}]);
  assert.equal(await api.findOperation(name), undefined);
});

test('a change that waits for its window is not refused before', async () => {
  const { DBInstanceStatus } = await modify(await fresh(), { DBInstanceClass: 'db.r5.4xlarge' });
  assert.equal(DBInstanceStatus, 'available');
});

test('a change that takes no more memory and storage is not refused', async () => {
  const name = await fresh({ DBInstanceClass: 'db.t3.small' });
  await know({ ...ROOM, memoryMiB: { total: 0, promised: 0 }, diskGiB: { total: 0, promised: 0 } });
  const { DBInstanceStatus } = await modify(name, { DBInstanceClass: 'db.t3.micro', ...NOW });
  assert.equal(DBInstanceStatus, 'modifying');
});

test('the operation decides while the room of the hosts is not known', async () => {
  const stale = new Date(Date.now() - 10 * 60_000);
  const unknown = [() => know(null), () => know(ROOM, stale), () => api.inventory.hostRooms.replace([])];
  for (const [index, forget] of unknown.entries()) {
    await forget();
    await create({ DBInstanceIdentifier: `unknown${index}`, DBInstanceClass: 'db.r5.4xlarge' });
  }
});
