import assert from 'node:assert/strict';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import type { World } from '../support/world.ts';
import {
  beginRestore,
  beginSnapshotDeletion,
  eventsOf,
  operate,
  remove,
  settled,
  settledSnapshot,
} from '../support/world-operations.ts';
import { failEveryStep, failForGood, record } from './interference.ts';
import { query, removeWholly } from './truth.ts';

interface Subject {
  readonly world: World;
  /** An available instance. */
  readonly instance: Instance;
  makeSnapshot(identifier: string, of?: Instance): Promise<Snapshot>;
  /** The instance's directory in the repository. */
  directory(of: Instance): string;
}

/** The tests of restores, in the world of the tests of snapshots. */
export function testRestores(subject: () => Subject): void {
  describe('a restore of a snapshot', () => {
    const restoreSteps = [
      ...['beginOperation', 'ensureMachine', 'startMachine', 'restoreCluster'],
      ...['startPostgres', 'ensureMaster', 'completeOperation'],
    ];
    let world: World;
    let instance: Instance;
    let makeSnapshot: Subject['makeSnapshot'];
    let snapshot: Snapshot;
    before(async () => {
      ({ world, instance, makeSnapshot } = subject());
      await query(instance, "CREATE TABLE kept AS SELECT 'before' AS at");
      snapshot = await makeSnapshot('restored');
      await query(instance, "INSERT INTO kept VALUES ('after')");
    });
    async function assertRestored(made: Instance): Promise<void> {
      assert.equal(made.status, 'available');
      assert.deepEqual(await query(made, 'SELECT at FROM kept'), [{ at: 'before' }]);
    }

    test('has these steps, and the rows and the password from before it', async () => {
      const steps: string[] = [];
      const made = await settled(world, await beginRestore(world, 'restored-one', snapshot, record(steps)));
      assert.deepEqual(steps, restoreSteps);
      await assertRestored(made);
      assert.notEqual(made.address, instance.address);
      assert.deepEqual(await eventsOf(world, 'restored-one'), [
        'Restored from snapshot: restored',
        'Note: CPUs, memory and disk of a local machine are recorded, not enforced: it shares those of this computer',
      ]);
      const modification = { masterPassword: true } as const;
      await operate(world, made, {
        operation: { type: 'modifyDbInstance', input: { modification } },
        masterVerifier: await scramVerifier('An0ther one'),
      });
      assert.deepEqual(await query(made, 'SELECT at FROM kept', 'An0ther one'), [{ at: 'before' }]);
      const own = await makeSnapshot('of-restored', made);
      assert.notEqual(own.lineageId, snapshot.lineageId);
      await removeWholly(world, made);
    });

    test('succeeds where every step fails before its effect, fails after it, and runs twice', async () => {
      const made = await settled(
        world,
        await beginRestore(world, 'restored-each', snapshot, failEveryStep()),
      );
      await assertRestored(made);
      await removeWholly(world, made);
    });

    for (const when of ['before', 'after'] as const) {
      test(`leaves a failed instance where restoreCluster fails for good ${when} its effect`, async () => {
        const interference = failForGood('restoreCluster', when);
        const made = await settled(
          world,
          await beginRestore(world, `restored-${when}`, snapshot, interference),
        );
        assert.equal(made.status, 'failed');
        await removeWholly(world, made);
      });
    }

    test('is cancelled by a delete, and the snapshot can be deleted then', async () => {
      const other = await makeSnapshot('cancelled');
      let reached = () => {};
      const isReached = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const made = await beginRestore(world, 'restored-half', other, async (step, run) => {
        if (step === 'restoreCluster') reached();
        return run();
      });
      await isReached;
      await assert.rejects(beginSnapshotDeletion(world, 'cancelled'), { code: 'InvalidDBSnapshotState' });
      await removeWholly(world, made);
      await beginSnapshotDeletion(world, 'cancelled');
      assert.equal(await settledSnapshot(world, other.id), undefined);
    });

    test('works when the instance of the snapshot is gone', async () => {
      const gone = await settled(world, await world.create('gone'));
      await query(gone, "CREATE TABLE kept AS SELECT 'before' AS at");
      const left = await makeSnapshot('of-gone', gone);
      await remove(world, gone);
      await assertRestored(await settled(world, await beginRestore(world, 'restored-gone', left)));
    });

    test('fails where the backup is damaged, and says what to do without a path', async () => {
      const damaged = await makeSnapshot('damaged');
      const backups = join(subject().directory(instance), 'backup', damaged.lineageId);
      const label =
        (await readdir(backups))
          .filter((name) => /F$/.test(name))
          .sort()
          .at(-1) ?? '';
      for (const name of ['backup.manifest', 'backup.manifest.copy'])
        await truncate(join(backups, label, name), 999);
      const made = await settled(world, await beginRestore(world, 'restored-not', damaged));
      assert.equal(made.status, 'failed');
      assert.deepEqual(await eventsOf(world, 'restored-not'), [
        'DB instance put into failed state: restoreDbInstance did not succeed: The backup of the DB snapshot damaged is ' +
          'damaged or incomplete and cannot be restored. Delete this DB instance, and restore another DB snapshot.',
      ]);
      await removeWholly(world, made);
    });
  });
}
