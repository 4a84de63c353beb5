import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Modification } from '../../src/model/operation/input.ts';
import { noProgress } from '../../src/providers/provider.ts';
import type { Rooms } from '../support/hosts.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { settled } from '../support/world-operations.ts';

const call = { requestId: 'test' };
const MACHINE = { memoryMiB: 1024, diskGiB: 5 };
/** Room for that many small instances in addition to the inventory's own. */
function roomFor(instances: number) {
  return {
    memoryMiB: (instances + 1) * MACHINE.memoryMiB,
    diskGiB: (instances + 1) * MACHINE.diskGiB,
    counts: true as const,
  };
}
const PLENTY = { memoryMiB: 1_000_000, diskGiB: 1_000_000, counts: true as const };

before(quiet);

describe('the reserved room of a host', () => {
  let world: World;
  const rooms: Rooms = new Map([['kvm1', PLENTY]]);
  before(async () => {
    world = await createWorld({ rooms });
  });
  after(() => world?.close());

  const create = async (identifier: string) => settled(world, await world.create(identifier));
  const modify = async ({ dbiResourceId }: Instance, modification: Modification) =>
    world.inventory.instances.change({ dbiResourceId }, call, () => ({
      operation: { type: 'modifyDbInstance', input: { modification } },
    }));
  const remove = async ({ dbiResourceId }: Instance) => {
    await world.inventory.instances.change({ dbiResourceId }, call, () => ({
      operation: { type: 'deleteDbInstance' },
    }));
    assert.equal(await world.settle(dbiResourceId), undefined);
  };
  const lastEvent = async ({ identifier: sourceIdentifier }: Instance) => {
    const span = { from: new Date(0), to: new Date(), limit: 100 };
    const events = await world.inventory.listEvents({ ...span, sourceIdentifier });
    return events.sort((a, b) => a.date.getTime() - b.date.getTime()).at(-1)?.message ?? '';
  };
  const stepsOf = async ({ dbiResourceId }: Instance) => {
    const { events } = await world.temporal.workflow.getHandle(dbiResourceId).fetchHistory();
    return (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    );
  };
  const refusal =
    /did not succeed: InsufficientDBInstanceCapacity: no room for the requested memory and storage/;
  const statuses = (instances: readonly Instance[]) => instances.map(({ status }) => status).sort();

  test('the third machine on a host for two is refused, however little the two use', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    rooms.set('kvm1', roomFor(2));
    const made = [await create('one'), await create('two'), await create('three')];
    assert.deepEqual(
      made.map(({ status }) => status),
      ['available', 'available', 'failed'],
    );
    assert.match(await lastEvent(made[2] as Instance), refusal);
    for (const instance of made) await remove(instance);
  });

  test('four concurrent creates with room for two: two succeed', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    rooms.set('kvm1', roomFor(2));
    const begun = await Promise.all(['a', 'b', 'c', 'd'].map((name) => world.create(`at-once-${name}`)));
    const made = await Promise.all(begun.map((each) => settled(world, each)));
    assert.deepEqual(statuses(made), ['available', 'available', 'failed', 'failed']);
    await Promise.all(made.map(remove));
  });

  test('a change without room is refused before it changes anything, and the instance stays available', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    const instance = await create('steady');
    rooms.set('kvm1', roomFor(1));
    for (const modification of [
      { dbInstanceClass: 'db.t2.small' },
      { allocatedStorage: 6 },
      { allocatedStorage: 6, dbInstanceClass: 'db.t2.small', masterPassword: true },
    ] as const) {
      await modify(instance, modification);
      const now = await settled(world, instance);
      assert.equal(now.status, 'available');
      assert.deepEqual([now.dbInstanceClass, now.allocatedStorage], ['db.t2.micro', 5]);
      assert.match(await lastEvent(instance), refusal);
      assert.deepEqual(await stepsOf(instance), ['beginOperation', 'startMachine', 'settleOperation']);
    }
    assert.equal((await world.provider.findMachine(instance.machine))?.diskGiB, 5);
    await remove(instance);
  });

  test('a smaller class is allowed on a host that is too full', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    const instance = await create('smaller');
    await modify(instance, { dbInstanceClass: 'db.t2.small' });
    assert.equal((await settled(world, instance)).dbInstanceClass, 'db.t2.small');
    rooms.set('kvm1', roomFor(0));
    await modify(instance, { dbInstanceClass: 'db.t2.micro' });
    const now = await settled(world, instance);
    assert.deepEqual([now.status, now.dbInstanceClass], ['available', 'db.t2.micro']);
    await remove(instance);
  });

  test('a create and two changes compete for the last room: exactly one gets it', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    const [first, second] = [await create('changed-1'), await create('changed-2')];
    rooms.set('kvm1', { ...roomFor(3), diskGiB: 1000 });
    const begun = await world.create('beside');
    const dbInstanceClass = 'db.t2.small';
    await Promise.all([modify(first, { dbInstanceClass }), modify(second, { dbInstanceClass })]);
    const all = await Promise.all([first, second, begun].map((each) => settled(world, each)));
    const grown = all.filter((instance) => instance.dbInstanceClass === dbInstanceClass).length;
    const made = all.filter(
      ({ identifier, status }) => identifier === 'beside' && status === 'available',
    ).length;
    assert.equal(grown + made, 1);
    for (const instance of all) await remove(instance);
  });

  test('an instance whose machine is missing keeps its reserved room', async (t) => {
    t.after(() => rooms.set('kvm1', PLENTY));
    const missing = await create('missing');
    rooms.set('kvm1', roomFor(1));
    await world.provider.destroyMachine(
      { name: missing.machine, owner: missing.dbiResourceId },
      noProgress(),
    );
    const other = await create('other');
    assert.equal(other.status, 'failed');
    for (const instance of [missing, other]) await remove(instance);
  });
});
