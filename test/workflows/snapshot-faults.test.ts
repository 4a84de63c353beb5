import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newSnapshotId } from '../../src/inventory/new-id.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Snapshot } from '../../src/model/db-snapshot/snapshot.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import {
  begin,
  beginSnapshotDeletion,
  remove,
  settled,
  settledSnapshot,
} from '../support/world-operations.ts';
import { failEveryStep, failForGood, record } from './interference.ts';
import { testReplicas } from './replicas.ts';
import { testRestores } from './restores.ts';
import { assertTruthful } from './truth.ts';

let world: World;
let instance: Instance;
before(async () => {
  quiet();
  world = await createWorld();
  instance = await settled(world, await world.create('with-snapshots'));
});
after(() => world?.close());

async function makeSnapshot(identifier: string, of = instance): Promise<Snapshot> {
  const snapshot = { id: newSnapshotId(), identifier, type: 'manual', tags: [] } as const;
  await begin(world, of, { operation: { type: 'createDbSnapshot' }, snapshot });
  const made = await settledSnapshot(world, snapshot.id);
  await settled(world, of);
  assert.ok(made);
  return made;
}
function directory({ dbiResourceId }: Instance): string {
  return join(world.stateDir, 'backups', dbiResourceId);
}
async function messagesOf(sourceIdentifier: string): Promise<string[]> {
  const query = { from: new Date(0), to: new Date(), sourceType: 'db-snapshot', sourceIdentifier, limit: 20 };
  return (await world.inventory.listEvents(query)).map(({ message }) => message);
}

test('a snapshot is available when its backup is in the repository, and its instance serves again', async () => {
  const begun = new Date();
  const snapshot = await makeSnapshot('first');
  assert.deepEqual([snapshot.status, snapshot.percentProgress], ['available', 100]);
  assert.ok(snapshot.createdAt >= new Date(begun.getTime() - 1000), 'the moment to which it restores');
  assert.equal((await settled(world, instance)).status, 'available');
  assert.deepEqual(await messagesOf('first'), ['Creating manual snapshot', 'Manual snapshot created']);
});

describe('the deletion of a snapshot', () => {
  test('has these steps, and removes its backup alone', async () => {
    const { id } = await makeSnapshot('gone');
    await makeSnapshot('stays');
    const steps: string[] = [];
    world.interfere(id, record(steps));
    await beginSnapshotDeletion(world, 'gone');
    assert.equal(await settledSnapshot(world, id), undefined);
    assert.deepEqual(steps, ['beginOperation', 'removeBackup', 'forgetSnapshot']);
    assert.ok(await world.inventory.snapshots.find({ identifier: 'stays' }));
    assert.equal((await messagesOf('gone')).at(-1), 'User snapshot deleted');
  });

  test('succeeds where every step fails before its effect, fails after it, and runs twice', async () => {
    const { id } = await makeSnapshot('each');
    world.interfere(id, failEveryStep());
    await beginSnapshotDeletion(world, 'each');
    assert.equal(await settledSnapshot(world, id), undefined);
  });

  for (const when of ['before', 'after'] as const) {
    test(`leaves a failed snapshot where a step fails for good ${when} its effect, and can be repeated`, async () => {
      const { id } = await makeSnapshot(`bad-${when}`);
      world.interfere(id, failForGood('removeBackup', when));
      await beginSnapshotDeletion(world, `bad-${when}`);
      assert.equal((await settledSnapshot(world, id))?.status, 'failed');
      await beginSnapshotDeletion(world, `bad-${when}`);
      assert.equal(await settledSnapshot(world, id), undefined);
    });
  }
});

test('snapshots outlive their instance, and the last one takes the repository of the instance with it', async () => {
  const other = await settled(world, await world.create('short-lived'));
  const { id, lineageId } = await makeSnapshot('outliving', other);
  await remove(world, other);
  assert.ok(existsSync(directory(other)));
  assert.equal((await world.inventory.snapshots.find({ id }))?.status, 'available');
  await beginSnapshotDeletion(world, 'outliving');
  assert.equal(await settledSnapshot(world, id), undefined);
  assert.equal(existsSync(directory(other)), false);
  assert.equal(await world.inventory.lineages.find(lineageId), undefined, 'the key is forgotten');
});

test('an instance without snapshots leaves nothing in the repository', async () => {
  const other = await settled(world, await world.create('without'));
  assert.ok((await readdir(join(world.stateDir, 'backups'))).includes(other.dbiResourceId));
  await remove(world, other);
  assert.equal(existsSync(directory(other)), false);
});

test('a delete takes over an instance whose snapshot is being made, and the snapshot is failed', async () => {
  const other = await settled(world, await world.create('overtaken'));
  let reached = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  world.interfere(other.dbiResourceId, async (step, run) => {
    if (step === 'takeBackup') reached();
    return run();
  });
  const snapshot = { id: newSnapshotId(), identifier: 'half', type: 'manual', tags: [] } as const;
  await begin(world, other, { operation: { type: 'createDbSnapshot' }, snapshot });
  await isReached;
  await remove(world, other);
  assert.equal((await settledSnapshot(world, snapshot.id))?.status, 'failed');
});

describe('a delete with a final snapshot', () => {
  const finalSteps = ['startMachine', 'startPostgres', 'prepareRepository', 'takeBackup', 'noteSnapshot'];

  async function removeWithSnapshot(of: Instance, identifier: string): Promise<string> {
    const snapshot = { id: newSnapshotId(), identifier, type: 'manual', tags: [] } as const;
    await begin(world, of, {
      operation: { type: 'deleteDbInstance', input: { finalSnapshot: true } },
      snapshot,
    });
    return snapshot.id;
  }

  test('makes the snapshot before it removes anything, also of a stopped instance', async () => {
    const other = await settled(world, await world.create('final'));
    await begin(world, other, { operation: { type: 'stopDbInstance' } });
    await settled(world, other);
    const steps: string[] = [];
    world.interfere(other.dbiResourceId, record(steps));
    const id = await removeWithSnapshot(other, 'final');
    assert.equal(await world.settle(other.dbiResourceId), undefined);
    assert.deepEqual(steps, ['beginOperation', ...finalSteps, 'destroyMachine', 'forgetInstance']);
    assert.equal((await world.inventory.snapshots.find({ id }))?.status, 'available');
  });

  test('succeeds where every step fails before its effect, fails after it, and runs twice', async () => {
    const other = await settled(world, await world.create('final-each'));
    world.interfere(other.dbiResourceId, failEveryStep());
    const id = await removeWithSnapshot(other, 'final-each');
    assert.equal(await world.settle(other.dbiResourceId), undefined);
    assert.equal((await world.inventory.snapshots.find({ id }))?.status, 'available');
  });

  // A delete that failed is repeated on the same instance, and fails at a later step, until the last one succeeds.
  test('keeps the instance where a step fails for good, and may be repeated', async () => {
    const other = await settled(world, await world.create('final-bad'));
    for (const [index, step] of finalSteps.entries()) {
      world.interfere(other.dbiResourceId, failForGood(step, 'before'));
      const id = await removeWithSnapshot(other, `final-bad-${index}`);
      const rest = await settled(world, other);
      assert.equal(rest.status, 'available', step);
      await assertTruthful(world, rest);
      assert.equal((await world.inventory.snapshots.find({ id }))?.status, 'failed', step);
    }
    const id = await removeWithSnapshot(other, 'final-good');
    assert.equal(await world.settle(other.dbiResourceId), undefined);
    assert.equal((await world.inventory.snapshots.find({ id }))?.status, 'available');
  });
});

testReplicas(() => ({ world }));
testRestores(() => ({ world, instance, makeSnapshot, directory }));
