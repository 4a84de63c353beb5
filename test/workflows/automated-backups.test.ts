import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';
import { placeOf } from '../../src/providers/places.ts';
import { noteArchives } from '../../src/reconcile/archive-watch.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createWorld, type Interference, quiet, type World } from '../support/world.ts';
import {
  begin,
  beginRestore,
  eventsOf,
  remove,
  settled,
  settledSnapshot,
} from '../support/world-operations.ts';
import { failEveryStep, failForGood } from './interference.ts';
import { query } from './truth.ts';

const CALL = { requestId: 'reconciler' };

let world: World;
let rounds = 0;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

/** A round of the reconciler, as the Schedule starts it. */
function reconcile() {
  return world.temporal.workflow.execute('reconcile', {
    workflowId: `backups-${rounds++}`,
    taskQueue: world.taskQueue,
  });
}
async function automatedOf({ dbiResourceId }: Instance): Promise<Snapshot[]> {
  const types = new Set(['automated'] as const);
  return world.inventory.snapshots.list({ types, dbiResourceIds: new Set([dbiResourceId]) });
}
async function madeWith(identifier: string, backupRetentionPeriod: number): Promise<Instance> {
  const instance = await settled(world, await world.create(identifier));
  return begin(world, instance, { patch: { backupRetentionPeriod } });
}
async function backUp(instance: Instance, now?: Date): Promise<Snapshot> {
  const before = await automatedOf(instance);
  await world.inventory.backupUpkeep.begin(CALL, now);
  await settled(world, instance);
  const [made] = (await automatedOf(instance)).filter(({ id }) => before.every((each) => each.id !== id));
  assert.ok(made, 'a backup was begun');
  return made;
}
/** The instance after a look at its archive. */
async function lookAtArchive({ dbiResourceId }: Instance): Promise<Instance> {
  const { inventory, provider, guest } = world;
  await noteArchives({ inventory, place: { provider, guest }, log: { warn: () => {} } });
  const found = await inventory.instances.find({ dbiResourceId });
  assert.ok(found);
  return found;
}
async function isRestorable(instance: Instance, since: Date): Promise<boolean> {
  return ((await lookAtArchive(instance)).latestRestorableAt ?? new Date(0)) > since;
}
/** Waits until the instance can be restored to that time, and ends segments of the log instead of waiting for that. */
async function restorable(instance: Instance, since: Date): Promise<void> {
  const isArchived = async () => {
    if (await isRestorable(instance, since)) return true;
    await world.guest.psql(await reach(instance), 'SELECT pg_switch_wal();');
    return false;
  };
  await waitUntil('what was committed is archived', isArchived, { everyMs: 500 });
}

describe('an instance with a retention period', () => {
  let instance: Instance;
  let first: Snapshot;
  before(async () => {
    instance = await madeWith('kept', 7);
    await reconcile();
    await settled(world, instance);
    [first] = (await automatedOf(instance)) as [Snapshot];
  });

  test('gets its first backup from the reconciler, whenever its window is', async () => {
    assert.deepEqual([first.status, first.type, first.percentProgress], ['available', 'automated', 100]);
    assert.match(first.identifier, /^rds:kept-\d{4}-\d\d-\d\d-\d\d-\d\d$/);
    const told = (await eventsOf(world, 'kept')).filter((message) => /back/i.test(message));
    assert.deepEqual(told, ['Backing up DB instance', 'Finished DB instance backup']);
    assert.deepEqual(await eventsOf(world, first.identifier), [
      'Creating automated snapshot',
      'Automated snapshot created',
    ]);
    await reconcile();
    assert.equal((await automatedOf(instance)).length, 1, 'no second one before its window');
  });

  test('can be restored to what is archived, and to nothing later', async () => {
    await query(instance, 'CREATE TABLE written (at timestamptz)');
    const insert = 'INSERT INTO written VALUES (clock_timestamp()) RETURNING at';
    const [row] = (await query(instance, insert)) as { at: Date }[];
    const committed = row?.at ?? new Date();
    // The log of this commit is not archived yet: archive_timeout is two minutes.
    assert.equal(await isRestorable(instance, committed), false);
    await restorable(instance, committed);
    const { latestRestorableAt } = await lookAtArchive(instance);
    assert.ok(latestRestorableAt && latestRestorableAt.getTime() <= Date.now());
  });

  test('a snapshot makes restorable at once what was committed before it', async () => {
    const insert = 'INSERT INTO written VALUES (clock_timestamp()) RETURNING at';
    const [row] = (await query(instance, insert)) as { at: Date }[];
    const committed = row?.at ?? new Date();
    await waitUntil('a second is over', () => Date.now() > committed.getTime() + 1000);
    const snapshot = { id: 'snap-ENDS', identifier: 'kept-ends', type: 'manual', tags: [] } as const;
    await begin(world, instance, { operation: { type: 'createDbSnapshot' }, snapshot });
    const isNoted = async () => {
      const { dbiResourceId } = instance;
      const found = await world.inventory.instances.find({ dbiResourceId });
      return (found?.latestRestorableAt ?? new Date(0)) > committed;
    };
    await waitUntil('nobody but the operation looks at the archive', isNoted);
    await settled(world, instance);
  });

  test('a repository that is away is told, and loses nothing of the log when it is back', async () => {
    const directory = join(world.stateDir, 'backups', instance.dbiResourceId);
    await query(instance, 'INSERT INTO written VALUES (clock_timestamp())');
    chmodSync(directory, 0);
    try {
      await query(instance, 'INSERT INTO written VALUES (clock_timestamp())');
      await world.guest.psql(await reach(instance), 'SELECT pg_switch_wal();');
      const isTold = async () => Boolean((await lookAtArchive(instance)).archiveFailingSince);
      await waitUntil('the archive fails', isTold);
    } finally {
      chmodSync(directory, 0o750);
    }
    const isBack = async () => {
      await world.guest.psql(await reach(instance), 'SELECT pg_switch_wal();');
      return !(await lookAtArchive(instance)).archiveFailingSince;
    };
    await waitUntil('the archive works', isBack, { everyMs: 500 });
    const told = (await eventsOf(world, 'kept')).filter((message) => /write-ahead/.test(message));
    assert.match(told[0] ?? '', /^The write-ahead log is not archived: it waits since 20/);
    assert.deepEqual(told.slice(1), ['The write-ahead log is archived again']);
    await restorable(instance, new Date());
  });

  test('an idle instance stays restorable to the present', async () => {
    await world.guest.psql(
      await reach(instance),
      'ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf();',
    );
    await restorable(instance, new Date());
    const since = new Date();
    await waitUntil('the present can be restored', () => isRestorable(instance, since));
  });
});

describe('a restore to a point in time', () => {
  let instance: Instance;
  let snapshot: Snapshot;
  const instants: Date[] = [];
  const rows = async (of: Instance) =>
    ((await query(of, 'SELECT n FROM numbered ORDER BY n')) as { n: number }[]).map(({ n }) => n);

  before(async () => {
    instance = await madeWith('timed', 1);
    snapshot = await backUp(instance);
    await query(instance, 'CREATE TABLE numbered (n int)');
    for (const n of [1, 2, 3]) {
      await query(instance, `INSERT INTO numbered VALUES (${n})`);
      // The next millisecond of the server: what comes after it was committed later.
      const sql = "SELECT date_trunc('ms', clock_timestamp()) + interval '1 ms' AS at";
      const [row] = (await query(instance, sql)) as { at: Date }[];
      assert.ok(row);
      instants.push(row.at);
      const isOver = async () => {
        const [now] = (await query(instance, 'SELECT clock_timestamp() AS at')) as { at: Date }[];
        return now !== undefined && now.at > row.at;
      };
      await waitUntil('the instant is over', isOver);
    }
    await restorable(instance, instants.at(-1) ?? new Date());
  });
  const restoreTo = async (identifier: string, time: Date | undefined, interference?: Interference) => {
    const pointInTime = { source: 'timed', time: time?.toISOString() ?? '' };
    return settled(world, await beginRestore(world, identifier, snapshot, interference, pointInTime));
  };

  test('has what was committed before it and nothing later, and says so', async () => {
    const made = await restoreTo('timed-first', instants[0]);
    assert.equal(made.status, 'available');
    assert.deepEqual(await rows(made), [1]);
    const [told] = await eventsOf(world, 'timed-first');
    assert.equal(told, `Restored from DB instance: timed to ${instants[0]?.toISOString()}`);
    assert.deepEqual(await rows(instance), [1, 2, 3], 'the source stays as it is');
    await remove(world, made);
  });

  test('succeeds where every step fails before its effect, fails after it, and runs twice', async () => {
    const made = await restoreTo('timed-each', instants[1], failEveryStep());
    assert.deepEqual([made.status, await rows(made)], ['available', [1, 2]]);
    await remove(world, made);
  });

  test('keeps its snapshot while it runs, and is begun also after the source is gone with retained backups', async () => {
    /** A restore that waits with its work until it is told to go on. */
    const held = async (identifier: string, time: Date | undefined) => {
      let reached = () => {};
      const isReached = new Promise<void>((resolve) => {
        reached = resolve;
      });
      let goOn = () => {};
      const mayGoOn = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const made = restoreTo(identifier, time, async (step, run) => {
        if (step === 'restoreCluster') reached();
        if (step === 'restoreCluster') await mayGoOn;
        return run();
      });
      await isReached;
      return { made, goOn };
    };
    const isRemoved = async () =>
      (await world.inventory.backupUpkeep.begin(CALL)).includes(snapshot.identifier);
    const { retainedBackups } = world.inventory;
    const { dbiResourceId } = instance;

    const last = await held('timed-last', instants[2]);
    // Nothing but the deletion brings this one to the repository.
    await query(instance, 'INSERT INTO numbered VALUES (4)');
    world.interfere(dbiResourceId, failEveryStep());
    await remove(world, instance, { retainBackups: true });
    const retained = await retainedBackups.find(dbiResourceId);
    assert.equal(retained?.instance.identifier, 'timed');
    assert.equal(await isRemoved(), false);
    last.goOn();
    assert.deepEqual(await rows(await last.made), [1, 2, 3]);
    assert.equal(await isRemoved(), false, 'it is retained');

    const gone = await held('timed-gone', retained?.latestRestorableAt);
    await retainedBackups.remove(dbiResourceId, dbiResourceId, CALL);
    assert.equal(await isRemoved(), false, 'it is being restored');
    gone.goOn();
    assert.deepEqual(await rows(await gone.made), [1, 2, 3, 4], 'up to the end');
    assert.equal(await isRemoved(), true);
    assert.equal(await settledSnapshot(world, snapshot.id), undefined);
    assert.equal(existsSync(join(world.stateDir, 'backups', dbiResourceId)), false);
  });
});

async function reach({ machine, host }: Instance) {
  const found = await placeOf(world.provider, { host }).lookAtMachine(machine);
  assert.ok(found?.reach);
  return found.reach;
}

describe('the automated backups of an instance', () => {
  const DAY = 24 * 60 * 60_000;
  let instance: Instance;
  let manual: Snapshot | undefined;
  const backups = () => {
    const directory = join(world.stateDir, 'backups', instance.dbiResourceId, 'backup');
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /F$/.test(name))
      .length;
  };
  before(async () => {
    instance = await madeWith('expiring', 1);
    await begin(world, instance, { operation: { type: 'rebootDbInstance' } });
    const isMade = async () => (await automatedOf(instance)).some(({ status }) => status === 'available');
    await waitUntil('the operation has begun the first backup when it ended', isMade);
    await settled(world, instance);
    const snapshot = { id: 'snap-MANUAL', identifier: 'expiring-manual', type: 'manual', tags: [] } as const;
    await begin(world, instance, { operation: { type: 'createDbSnapshot' }, snapshot });
    await settled(world, instance);
    manual = await settledSnapshot(world, snapshot.id);
  });

  test('expire with the retention period, and a manual snapshot stays', async () => {
    const [first] = await automatedOf(instance);
    const tomorrow = new Date(new Date(Date.now() + DAY).setUTCHours(0, 5, 0, 0));
    const second = await backUp(instance, tomorrow);
    assert.equal(backups(), 3);
    // The second one is now a day old, so that nobody needs the first one.
    const begun = await world.inventory.backupUpkeep.begin(CALL, new Date(second.createdAt.getTime() + DAY));
    assert.ok(begun.includes(first?.identifier ?? ''));
    assert.equal(await settledSnapshot(world, first?.id ?? ''), undefined);
    await settled(world, instance);
    assert.ok((await automatedOf(instance)).some(({ id }) => id === second.id));
    assert.equal((await world.inventory.snapshots.find({ id: 'snap-MANUAL' }))?.status, manual?.status);
  });

  test('go with the instance, and its repository with the last of its snapshots', async () => {
    const left = await automatedOf(instance);
    await remove(world, instance);
    await reconcile();
    for (const { id } of left) assert.equal(await settledSnapshot(world, id), undefined);
    assert.equal(backups(), 1, 'that of the manual snapshot');
    await world.inventory.snapshots.change('expiring-manual', CALL, () => ({
      operation: { type: 'deleteDbSnapshot' },
    }));
    assert.equal(await settledSnapshot(world, 'snap-MANUAL'), undefined);
    assert.equal(existsSync(join(world.stateDir, 'backups', instance.dbiResourceId)), false);
  });
});

test('a backup that failed is begun again, but not in every round, and its snapshot goes', async () => {
  const instance = await madeWith('unlucky', 1);
  world.interfere(instance.dbiResourceId, failForGood('takeBackup', 'before'));
  const failed = await backUp(instance);
  assert.equal(failed.status, 'failed');
  world.interfere(instance.dbiResourceId, undefined);
  const isBegun = async (now: Date) =>
    (await world.inventory.backupUpkeep.begin(CALL, now)).includes('unlucky');
  assert.equal(await isBegun(new Date()), false);
  assert.equal(await settledSnapshot(world, failed.id), undefined);
  assert.equal(await isBegun(new Date(Date.now() + 11 * 60_000)), true);
  assert.equal((await settled(world, instance)).status, 'available');
  assert.deepEqual(
    (await automatedOf(instance)).map(({ status }) => status),
    ['available'],
  );
});
