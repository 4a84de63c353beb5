import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { SnapshotStatus } from '../../src/model/db-snapshot/status.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { noteArchives, watchArchives } from '../../src/reconcile/archive-watch.ts';
import { CALL, startTestInventory, type TestInventory } from '../support/inventory.ts';
import { insertSnapshots, newSnapshot } from '../support/snapshots.ts';
import { waitUntil } from '../support/wait-until.ts';

const BACKUP_ENDED = new Date('2026-11-26T00:10:00Z');
const AFTER = new Date('2026-11-26T00:20:00Z');

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

/** A machine that reports this moment, as root on a machine can make it report any. */
function placeWith(report: () => Date | undefined) {
  const reach = { name: 'any' };
  const provider = { lookAtMachine: async () => ({ state: 'running', reach }) };
  const guest = { findRestorable: async () => report() };
  return { provider: provider as unknown as Provider, guest: guest as unknown as Guest };
}

describe('the time to which an instance can be restored', () => {
  let count = 0;
  let instance: Instance;
  beforeEach(async () => {
    count += 1;
    const { dbiResourceId } = await world.createAvailable(`watched${count}`);
    const patch = { backupRetentionPeriod: 1, address: '127.9.9.9' };
    ({ instance } = await world.inventory.instances.change({ dbiResourceId }, CALL, () => ({ patch })));
  });

  const backUp = (status: SnapshotStatus = 'available', type: 'automated' | 'manual' = 'automated') => {
    const { dbiResourceId, identifier } = instance;
    const source = { ...newSnapshot('any').instance, dbiResourceId, identifier };
    return insertSnapshots(world.databaseUrl, [
      newSnapshot(`backup-${identifier}`, { status, type, instance: source, createdAt: BACKUP_ENDED }),
    ]);
  };
  const notedAt = async (report: Date | undefined) => {
    const { inventory } = world;
    await noteArchives({ inventory, place: placeWith(() => report) });
    const { dbiResourceId } = instance;
    return (await inventory.instances.find({ dbiResourceId }))?.latestRestorableAt;
  };

  test('is the one that its machine has proven', async () => {
    await backUp();
    assert.deepEqual(await notedAt(AFTER), AFTER);
  });

  test('never goes back', async () => {
    await backUp();
    await notedAt(AFTER);
    assert.deepEqual(await notedAt(new Date(AFTER.getTime() - 1000)), AFTER);
    assert.deepEqual(await notedAt(undefined), AFTER);
  });

  test('is none that is still to come', async () => {
    await backUp();
    assert.equal(await notedAt(new Date(Date.now() + 60_000)), undefined);
  });

  test('is none before the first automated backup has ended', async () => {
    assert.equal(await notedAt(AFTER), undefined);
    await backUp();
    assert.equal(await notedAt(new Date(BACKUP_ENDED.getTime() - 1)), undefined);
  });

  test('is none with a manual snapshot alone, whose log may end with it', async () => {
    await backUp('available', 'manual');
    assert.equal(await notedAt(AFTER), undefined);
  });

  test('is none with a backup that failed', async () => {
    await backUp('failed');
    assert.equal(await notedAt(AFTER), undefined);
  });

  test('is none without a retention period', async () => {
    await backUp();
    const { dbiResourceId } = instance;
    const patch = { backupRetentionPeriod: 0 };
    await world.inventory.instances.change({ dbiResourceId }, CALL, () => ({ patch }));
    assert.equal(await notedAt(AFTER), undefined);
  });
});

test('the watch looks at once, and ends when it is told to', async () => {
  const stop = new AbortController();
  let looks = 0;
  const place = placeWith(() => {
    looks += 1;
    return undefined;
  });
  const watching = watchArchives({ inventory: world.inventory, place }, stop.signal);
  await waitUntil('it looks', () => looks > 0);
  stop.abort();
  await watching;
});
