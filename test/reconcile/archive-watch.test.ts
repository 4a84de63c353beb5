import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { SnapshotStatus } from '../../src/model/db-snapshot/status.ts';
import type { Archive, WaitingLog } from '../../src/model/server/archive.ts';
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

const log = { warn: () => {} };

/** A machine that reports this archive, as root on a machine can make it report any. */
function placeWith(report: () => Archive) {
  const reach = { name: 'any' };
  const provider = { lookAtMachine: async () => ({ state: 'running', reach }) };
  const guest = { findArchive: async () => report() };
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
    const archive = report ? { restorableAt: report } : {};
    await noteArchives({ inventory, log, place: placeWith(() => archive) });
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

describe('an archive that fails', () => {
  const DONE: WaitingLog = { files: 0, ageSeconds: 0, idleSeconds: 10, hasFailed: false };
  const FAILING: WaitingLog = { files: 3, ageSeconds: 40, idleSeconds: 41, hasFailed: true };
  let count = 0;
  let instance: Instance;
  beforeEach(async () => {
    count += 1;
    const { dbiResourceId, identifier } = await world.createAvailable(`archiving${count}`);
    const patch = { address: '127.9.9.9', createdAt: new Date(Date.now() - 3_600_000) };
    ({ instance } = await world.inventory.instances.change({ dbiResourceId }, CALL, () => ({ patch })));
    const source = { ...newSnapshot('any').instance, dbiResourceId, identifier };
    // Without a retention period a server archives as well, from its first snapshot on.
    await insertSnapshots(world.databaseUrl, [newSnapshot(`manual-${identifier}`, { instance: source })]);
  });

  const noted = async (waiting?: WaitingLog) => {
    const { inventory } = world;
    await noteArchives({ inventory, log, place: placeWith(() => (waiting ? { waiting } : {})) });
    const { dbiResourceId } = instance;
    return (await inventory.instances.find({ dbiResourceId }))?.archiveFailingSince;
  };
  const events = async () => {
    const span = { from: new Date(0), to: new Date(), limit: 100 };
    const found = await world.inventory.listEvents({ ...span, sourceIdentifier: instance.identifier });
    return found.filter(({ eventId }) => eventId.startsWith('CORNAC-EVENT-ARCHIVE'));
  };

  test('has one event, and another one when it works again', async () => {
    assert.equal(await noted(DONE), undefined);
    const since = await noted(FAILING);
    assert.ok(since && Math.abs(Date.now() - 40_000 - since.getTime()) < 20_000);
    assert.deepEqual(await noted({ ...FAILING, files: 9, ageSeconds: 70 }), since);
    assert.deepEqual(await noted(undefined), since, 'a machine that does not report changes nothing');
    assert.equal(await noted(DONE), undefined);
    const told = await events();
    assert.deepEqual(
      told.map(({ categories, message }) => [categories, message]),
      [
        [
          ['backup'],
          `The write-ahead log is not archived: it waits since ${since.toISOString()} and fills the storage of the ` +
            'instance until the repository of backups takes it',
        ],
        [['backup'], 'The write-ahead log is archived again'],
      ],
    );
  });

  test('is noted also while an operation holds the instance, as a backup does', async () => {
    const operation = { type: 'createDbSnapshot' } as const;
    const snapshot = {
      ...{ id: `snap-HELD${count}`, identifier: `held${count}`, type: 'manual' as const, tags: [] },
    };
    await world.inventory.instances.change({ identifier: instance.identifier }, CALL, () => ({
      ...{ operation, snapshot },
    }));
    assert.ok(await noted(FAILING));
    assert.equal((await events()).length, 1);
  });

  test('did not begin before its instance, whatever the machine reports', async () => {
    assert.deepEqual(await noted({ ...FAILING, ageSeconds: 999_999_999 }), instance.createdAt);
  });

  test('is none for a server that writes faster than its repository takes', async () => {
    assert.equal(await noted({ files: 50, ageSeconds: 300, idleSeconds: 2, hasFailed: false }), undefined);
  });

  test('is one whose attempt hangs', async () => {
    assert.ok(await noted({ files: 1, ageSeconds: 61, idleSeconds: 200, hasFailed: false }));
  });

  test('is counted in the metrics while its instance should run', async () => {
    const { upkeep, instances } = world.inventory;
    const { count: before } = await upkeep.findFailingArchives();
    const since = await noted(FAILING);
    assert.equal((await upkeep.findFailingArchives()).count, before + 1);
    assert.ok(since);
    const patch = { status: 'stopped' as const };
    await instances.change({ dbiResourceId: instance.dbiResourceId }, CALL, () => ({ patch }));
    assert.equal((await upkeep.findFailingArchives()).count, before);
  });
});

test('the watch looks at once, and ends when it is told to', async () => {
  const stop = new AbortController();
  let looks = 0;
  const place = placeWith(() => {
    looks += 1;
    return {};
  });
  const watching = watchArchives({ inventory: world.inventory, place, log }, stop.signal);
  await waitUntil('it looks', () => looks > 0);
  stop.abort();
  await watching;
});
