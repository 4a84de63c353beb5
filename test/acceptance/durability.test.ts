import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RDSClient } from '@aws-sdk/client-rds';
import { Connection } from '@temporalio/client';
import { familyOf, listProcesses, signalAll } from './processes.ts';
import { create, createRds, query, remove, waitFor } from './rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from './stack.ts';
import { connectTo } from './temporal.ts';

const PASSWORD = "C0nf'de tie!";
const CREATE_STEPS = 7;
const SCHEDULED = 10; // temporal.api.enums.v1.EventType: EVENT_TYPE_ACTIVITY_TASK_SCHEDULED

let stateDir: string;
let stack: Stack;
let rds: RDSClient;
let connection: Connection;

async function start() {
  stack = await startStack(stateDir);
  rds = createRds(stack);
  connection = Connection.lazy({
    ...connectTo(stack.temporal),
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 5_000 },
  });
}
before(async () => {
  stateDir = await makeStateDir();
  await start();
});
after(async () => {
  await connection?.close();
  assert.equal(await stack?.stop(), 0);
  const left = listProcesses().filter(({ command }) => command.includes(stateDir));
  assert.deepEqual(left, [], 'Ctrl-C leaves no process');
  await removeState(stateDir);
});

/**
 * Whether so many steps of the instance's workflow have been scheduled. Waits for them by a long poll, because
 * a repeated read of the whole history takes more CPU time than the creates.
 */
async function awaitSteps(workflowId: string, count: number): Promise<boolean> {
  let steps = 0;
  for (let nextPageToken: Uint8Array | null = null; ; ) {
    const request = { namespace: 'default', execution: { workflowId }, waitNewEvent: true, nextPageToken };
    const page: Awaited<ReturnType<typeof connection.workflowService.getWorkflowExecutionHistory>> =
      await connection.withDeadline(Date.now() + 30_000, () =>
        connection.workflowService.getWorkflowExecutionHistory(request),
      );
    steps += page.history?.events?.filter(({ eventType }) => eventType === SCHEDULED).length ?? 0;
    if (steps >= count) return true;
    if (!page.nextPageToken?.length) return false;
    nextPageToken = page.nextPageToken;
  }
}

async function waitForStep(dbiResourceId: string, step: number): Promise<void> {
  // Generous, because after a kill -9 of Temporal its clients retry at intervals of their own.
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; ) {
    // The workflow has not started yet, or Temporal is unreachable: both are transient.
    if (await awaitSteps(dbiResourceId, step).catch(() => false)) return;
    await delay(20);
  }
  assert.fail(`step ${step} did not begin`);
}

/** Kills the children of `cornac up` whose command line matches, as the kernel does when memory is short. */
async function killNow(command: RegExp): Promise<void> {
  const victims = familyOf(stack.pid).filter((each) => each.pid !== stack.pid && command.test(each.command));
  assert.ok(victims.length > 0, `there is a process ${command}`);
  signalAll(victims, 'SIGKILL');
}

async function machinesNamed(name: string): Promise<string[]> {
  return (await readdir(join(stateDir, 'machines'))).filter((each) => each === `cornac-${name}`);
}

describe('kill -9 at any step of a create leaves one machine, and an available instance', () => {
  for (const [target, command] of [
    ['the worker', /cli\/main\.js worker/],
    ['the gateway', /cli\/main\.js run/],
    ['Temporal', /temporal-server-/],
  ] as const) {
    test(`of ${target}`, async () => {
      const names: string[] = [];
      for (let step = 1; step <= CREATE_STEPS; step++) {
        const name = `${target.split(' ').pop()?.toLowerCase()}-${step}`;
        const { DbiResourceId = '' } = await create(createRds(stack), name, PASSWORD);
        await waitForStep(DbiResourceId, step);
        await killNow(command);
        names.push(name);
      }
      for (const name of names) {
        const instance = await waitFor(rds, name, 'available');
        assert.deepEqual(await query(instance, PASSWORD, 'SELECT current_user AS name'), [
          { name: 'postgres' },
        ]);
        assert.equal((await machinesNamed(name)).length, 1);
      }
      await Promise.all(names.map((name) => remove(createRds(stack), name)));
      for (const name of names) assert.deepEqual(await machinesNamed(name), []);
    });
  }
});

test('after a power cut every acknowledged instance and its data exist', async () => {
  const before = await create(rds, 'kept', PASSWORD);
  await query(await waitFor(rds, 'kept', 'available'), PASSWORD, 'CREATE TABLE t AS SELECT 42 AS n');
  const promised = await create(rds, 'promised', PASSWORD);

  // All processes at once: supervisor, Temporal, worker, gateway, the machines' servers.
  const all = listProcesses();
  signalAll(
    all.filter((each) => each.command.includes(stateDir)),
    'SIGKILL',
  );
  await connection.close();
  await stack.stop();
  await start();

  const kept = await waitFor(rds, 'kept', 'available');
  assert.equal(kept.DbiResourceId, before.DbiResourceId);
  assert.deepEqual(await query(kept, PASSWORD, 'SELECT n FROM t'), [{ n: 42 }]);
  const made = await waitFor(rds, 'promised', 'available');
  assert.equal(made.DbiResourceId, promised.DbiResourceId);
  assert.deepEqual(await query(made, PASSWORD, 'SELECT 1 AS one'), [{ one: 1 }]);
  await Promise.all(['kept', 'promised'].map((name) => remove(rds, name)));
});

test('an instance that stopped with `cornac up` has its data after the next start', async () => {
  const { DbiResourceId } = await create(rds, 'left', PASSWORD);
  await query(await waitFor(rds, 'left', 'available'), PASSWORD, 'CREATE TABLE t AS SELECT 7 AS n');
  await connection.close();
  assert.equal(await stack.stop(), 0);
  await start();
  const left = await waitFor(rds, 'left', 'available');
  assert.equal(left.DbiResourceId, DbiResourceId);
  assert.deepEqual(await query(left, PASSWORD, 'SELECT n FROM t'), [{ n: 7 }]);
  await remove(rds, 'left');
});
