import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import type { Run } from '../../src/temporal/runs.ts';
import { isSquatter } from '../../src/temporal/squatter.ts';
import { startTestInventory } from '../support/inventory.ts';

const { inventory, createAvailable, begin, close } = await startTestInventory();
after(close);

const taskQueue = 'cornac';
const MINUTE_MS = 60_000;

/** The run of a reboot, as Temporal describes it. */
function runOf({ operationId }: OperationRef, members: Partial<Run> = {}): Run {
  return {
    runId: 'r',
    status: 'RUNNING',
    type: 'rebootDbInstance',
    taskQueue,
    operationId,
    ...members,
  };
}
function decide(run: Run, { dbiResourceId }: OperationRef, now = Date.now()) {
  return isSquatter(run, { inventory, taskQueue, resourceId: dbiResourceId }, now);
}

test('the run of an open operation is no squatter, even after a long time', async () => {
  await createAvailable('open');
  const ref = await begin('open', 'rebootDbInstance');
  assert.equal(await decide(runOf(ref), ref, Date.now() + 1000 * MINUTE_MS), false);
});

test('the run of an open operation that was overtaken is no squatter', async () => {
  await createAvailable('overtaken');
  const ref = await begin('overtaken', 'rebootDbInstance');
  const deletion = await begin('overtaken', 'deleteDbInstance');
  assert.equal(await decide(runOf(ref), deletion), false);
});

test('a run whose operation has ended is a squatter only after a minute', async () => {
  await createAvailable('closed');
  const ref = await begin('closed', 'rebootDbInstance');
  await inventory.operations.succeed(ref, { status: 'available' });
  assert.equal(await decide(runOf(ref), ref), false);
  assert.equal(await decide(runOf(ref), ref, Date.now() + 2 * MINUTE_MS), true);
});

test('a run of another type, in another queue, or for no operation of the instance is a squatter', async () => {
  await createAvailable('mine');
  await createAvailable('other');
  const ref = await begin('mine', 'rebootDbInstance');
  const other = await begin('other', 'rebootDbInstance');
  const foreign = [
    runOf(ref, { type: 'evil' }),
    runOf(ref, { type: 'deleteDbInstance' }),
    runOf(ref, { taskQueue: 'evil' }),
    runOf(ref, { operationId: undefined }),
    runOf(ref, { operationId: 'no uuid' }),
    runOf(ref, { operationId: '6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b' }),
    runOf(other),
  ];
  for (const run of foreign) assert.equal(await decide(run, ref), true);
});
