import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { CANARY } from '../support/attack/attempts.ts';
import { createPrecious, queryAsMaster } from '../support/attack/dump.ts';
import { reconcile, withWorker } from '../support/attack/late-work.ts';
import { rebootWithoutWorkflow } from '../support/attack/reboot-without-workflow.ts';
import type { Stranger } from '../support/attack/stranger.ts';
import { count } from '../support/counts.ts';
import type { World } from '../support/world.ts';

/** Strangers who terminate the workflow of a real operation. @param made is called by the tests */
export function testReplacedWorkflow(made: () => { world: World; stranger: Stranger }): void {
  let victim: Instance;

  describe('a stranger who replaces the workflow of a real operation', () => {
    test('gets only this operation done, on its own machine', async () => {
      const { world, stranger } = made();
      await withWorker(world, async () => {
        victim = await createPrecious(world, 'replaced');
        const { dbiResourceId } = victim;
        const ref = await rebootWithoutWorkflow(world, stranger, victim);
        const { trap } = stranger;
        const forbidden = [
          'destroyMachine',
          'forgetInstance',
          'stopMachine',
          'ensureMachine',
          'initCluster',
          'resizeMachine',
          'setMasterPassword',
          'ensureMaster',
          'growDisk',
          'stopPostgres',
        ];
        const call = (activity: string) => ({
          activity,
          taskQueue: world.taskQueue,
          args: [trap, victim, ref],
        });
        const refused = await stranger.attack(forbidden.map(call), 'rebootDbInstance', dbiResourceId);
        count('tried', refused.length);
        for (const { failure } of refused) assert.equal(failure?.type, 'NotHeld');
        const taken = await stranger.attack(
          ['startMachine', 'restartPostgres'].map(call),
          'rebootDbInstance',
          dbiResourceId,
        );
        for (const { result = null, failure } of taken) {
          assert.deepEqual([result, failure], [null, undefined]);
        }
        const completion = {
          status: 'failed',
          address: '127.66.6.6',
          events: [{ id: 'CORNAC-EVENT-NOTE', detail: CANARY }],
        };
        await stranger.attack(
          [{ activity: 'completeOperation', taskQueue: world.taskQueue, args: [ref, completion] }],
          'rebootDbInstance',
          dbiResourceId,
        );
        const done = await world.inventory.instances.find({ dbiResourceId });
        assert.deepEqual(
          [done?.status, done?.address, done?.operationId],
          ['available', victim.address, null],
        );
      });
      assert.deepEqual(await queryAsMaster(victim, 'SELECT data FROM precious'), [
        { data: 'data of replaced' },
      ]);
    });
  });

  test('a run of a stranger in place of a workflow does not block a new start of its operation', async () => {
    const { world, stranger } = made();
    await withWorker(world, async () => {
      const { dbiResourceId } = victim;
      const { operationId } = await rebootWithoutWorkflow(world, stranger, victim);
      await stranger.client.workflow.start('rebootDbInstance', {
        workflowId: dbiResourceId,
        taskQueue: stranger.queue,
        memo: { operationId },
      });
      count('tried');
      await reconcile(world, 'after-foreign-run');
      victim = (await world.settle(dbiResourceId)) ?? victim;
      assert.equal(victim.status, 'available');
      assert.equal((await world.inventory.operations.find(operationId))?.state, 'succeeded');
    });
  });
}
