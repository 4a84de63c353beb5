import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { noteReplicas } from '../../src/reconcile/replica-watch.ts';
import { CALL } from '../support/inventory.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { World } from '../support/world.ts';
import { begin, beginReplica, eventsOf, operate, remove, settled } from '../support/world-operations.ts';
import { failEveryStep, failForGood, record } from './interference.ts';
import { query, removeWholly } from './truth.ts';

/** The tests of read replicas, in the world of the tests of snapshots. */
export function testReplicas(subject: () => { readonly world: World }): void {
  describe('a read replica', () => {
    let world: World;
    let source: Instance;
    let replica: Instance;

    /** The instance as it is now. */
    async function present({ dbiResourceId }: Instance): Promise<Instance> {
      const found = await world.inventory.instances.find({ dbiResourceId });
      assert.ok(found);
      return found;
    }
    async function slotsOf(instance: Instance) {
      const machine = await world.provider.startMachine(instance.machine, noProgress());
      return world.guest.listReplicas(machine);
    }
    async function awaitRows(instance: Instance, count: number): Promise<void> {
      const hasRows = async () => (await query(instance, 'SELECT id FROM kept')).length === count;
      await waitUntil(`${instance.identifier} has ${count} rows`, hasRows);
    }
    before(async () => {
      ({ world } = subject());
      const made = await settled(world, await world.create('replicated'));
      const backedUp = await begin(world, made, { patch: { backupRetentionPeriod: 1 } });
      // Otherwise the end of any operation on the source begins its first backup.
      await world.inventory.backupUpkeep.beginFirst(backedUp, CALL);
      source = await settled(world, made);
      await query(source, 'CREATE TABLE kept AS SELECT 1 AS id');
    });

    test('is made in these steps, has the users and rows of its source, and follows it', async () => {
      const steps: string[] = [];
      replica = await settled(world, await beginReplica(world, 'replica', source, record(steps)));
      assert.equal(replica.status, 'available');
      assert.deepEqual(steps, [
        ...['beginOperation', 'ensureMachine', 'startMachine', 'copySource'],
        ...['startPostgres', 'awaitReplication', 'completeOperation'],
      ]);
      await query(source, 'INSERT INTO kept VALUES (2)');
      await awaitRows(replica, 2);
      await assert.rejects(query(replica, 'INSERT INTO kept VALUES (3)'), { code: '25006' });
      assert.deepEqual((await present(source)).readReplicas, ['replica']);
      assert.equal((await eventsOf(world, 'replica'))[0], 'DB instance created');
    });

    test('goes on after a restart of it, and of its source', async () => {
      await operate(world, replica, { operation: { type: 'rebootDbInstance' } });
      await operate(world, source, { operation: { type: 'rebootDbInstance' } });
      await query(source, 'INSERT INTO kept VALUES (3)');
      await awaitRows(replica, 3);
    });

    test('is restarted by Cornac when its source has got a larger class and more storage', async () => {
      const modification = { dbInstanceClass: 'db.t2.small', allocatedStorage: 6 };
      await operate(world, source, { operation: { type: 'modifyDbInstance', input: { modification } } });
      const { inventory, provider, guest } = world;
      const log = { info: () => {}, warn: () => {} };
      const look = () => noteReplicas({ inventory, place: { provider, guest }, log });
      const isStopped = async () => {
        await look();
        return (await present(replica)).replicationFault === 'paused';
      };
      await query(source, 'INSERT INTO kept VALUES (4)');
      await waitUntil('it stops', isStopped);
      assert.equal((await settled(world, replica)).status, 'available');
      await awaitRows(replica, 4);
      await look();
      assert.equal((await present(replica)).replicationFault, undefined);
      await query(source, 'DELETE FROM kept WHERE id = 4');
      await awaitRows(replica, 3);
    });

    test('is made where every step fails before its effect, fails after it, and runs twice; its slot goes with it', async () => {
      const made = await settled(world, await beginReplica(world, 'replica-each', source, failEveryStep()));
      assert.equal(made.status, 'available');
      await awaitRows(made, 3);
      assert.equal((await slotsOf(source)).length, 2);
      world.interfere(made.dbiResourceId, failEveryStep());
      await removeWholly(world, made);
      assert.equal((await slotsOf(source)).length, 1);
      assert.deepEqual((await present(source)).readReplicas, ['replica']);
    });

    test('that was not copied is failed, and leaves no slot when it is deleted', async () => {
      const interference = failForGood('copySource', 'after');
      const made = await settled(world, await beginReplica(world, 'replica-bad', source, interference));
      assert.equal(made.status, 'failed');
      await removeWholly(world, made);
      assert.equal((await slotsOf(source)).length, 1);
    });

    test('is promoted also while it is paused because its source has got a larger class', async () => {
      const made = await settled(world, await beginReplica(world, 'replica-paused', source));
      const modification = { dbInstanceClass: 'db.t2.medium' };
      await operate(world, source, { operation: { type: 'modifyDbInstance', input: { modification } } });
      const machine = await world.provider.startMachine(made.machine, noProgress());
      const isPaused = async () => (await world.guest.findReplication(machine)).isPaused;
      await waitUntil('it is paused', isPaused);
      await operate(world, made, { operation: { type: 'promoteReadReplica', input: {} } });
      const promoted = await settled(world, made);
      assert.deepEqual([promoted.status, promoted.replicaOf], ['available', undefined]);
      await query(promoted, 'INSERT INTO kept VALUES (4)');
      await awaitRows(promoted, 4);
      await removeWholly(world, promoted);
    });

    test('is promoted where every step fails as well, and is an instance of its own then', async () => {
      world.interfere(replica.dbiResourceId, failEveryStep());
      const input = { backupRetentionPeriod: 2 };
      await operate(world, replica, { operation: { type: 'promoteReadReplica', input } });
      world.interfere(replica.dbiResourceId, undefined);
      const promoted = await settled(world, replica);
      assert.equal(promoted.status, 'available');
      assert.deepEqual([promoted.replicaOf, promoted.backupRetentionPeriod], [undefined, 2]);
      assert.deepEqual(await slotsOf(source), []);
      assert.equal((await present(source)).readReplicas, undefined);
      await query(promoted, 'INSERT INTO kept VALUES (4)');
      await awaitRows(promoted, 4);
      await awaitRows(source, 3);
      const dbiResourceIds = new Set([promoted.dbiResourceId]);
      const isBackedUp = async () => {
        const [backup] = await world.inventory.snapshots.list({ dbiResourceIds });
        return backup?.status === 'available';
      };
      await waitUntil('it has a backup of its own', isBackedUp);
      await removeWholly(world, await settled(world, promoted));
    });

    test('is promoted when its source is deleted, with all that was committed there', async () => {
      const heir = await settled(world, await beginReplica(world, 'heir', await present(source)));
      await query(source, 'INSERT INTO kept VALUES (5)');
      await settled(world, source);
      await remove(world, source);
      const isAlone = async () => (await present(heir)).replicaOf === undefined;
      await waitUntil('it is promoted', isAlone);
      const promoted = await settled(world, heir);
      assert.equal(promoted.status, 'available');
      await query(promoted, 'INSERT INTO kept VALUES (6)');
      await awaitRows(promoted, 5);
      await removeWholly(world, promoted);
    });
  });
}
