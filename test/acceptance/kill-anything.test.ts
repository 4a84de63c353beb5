import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { waitUntil } from '../support/wait-until.ts';
import { listProcesses } from './processes.ts';
import { create, createRds, query, remove, waitFor } from './rds.ts';
import { makeStateDir, removeState, type Stack, startStack } from './stack.ts';
import { killNow, type Victim, victims } from './victims.ts';

const PASSWORD = "C0nf'de tie!";
const WAIT_MS = 240_000;

let stateDir: string;
let stack: Stack;

function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  return waitUntil(what, look, { withinMs: WAIT_MS, everyMs: 100 });
}

async function isReady(): Promise<boolean> {
  const answer = await fetch(`${stack.ops}/readyz`).catch(() => undefined);
  if (!answer?.ok) return false;
  const { checks } = (await answer.json()) as { checks: Record<string, string> };
  return Object.values(checks).every((state) => state === 'up');
}

/** Whether new processes of this kind run, and none of the killed ones. */
function isBack({ find }: Victim, killed: readonly number[]): boolean {
  const now = find(stateDir, listProcesses());
  return now.length > 0 && now.every(({ pid }) => !killed.includes(pid));
}

/** Asserts that requests are answered, operations are done, and the instance serves its data. */
async function assertWell(): Promise<void> {
  await until('readiness', isReady);
  const rds = createRds(stack);
  await waitFor(rds, 'kept', 'available');
  await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'kept' }));
  const kept = await waitFor(rds, 'kept', 'available');
  assert.deepEqual(await query(kept, PASSWORD, 'SELECT n FROM t'), [{ n: 42 }]);
}

/** Starts `cornac up` and kills each target once, as soon as a process of its kind appears. */
async function startUnderFire(targets: readonly Victim[]): Promise<string[]> {
  const left = new Set(targets);
  const hit: string[] = [];
  let isUp = false;
  const fire = async () => {
    while (!isUp) {
      const all = listProcesses();
      for (const victim of left) {
        if (killNow(victim, stateDir, all).length === 0) continue;
        left.delete(victim);
        hit.push(victim.name);
      }
      await delay(20);
    }
  };
  const firing = fire();
  try {
    stack = await startStack(stateDir, { readyMs: WAIT_MS });
  } finally {
    isUp = true;
    await firing;
  }
  return hit;
}

before(async () => {
  stateDir = await makeStateDir();
});
after(async () => {
  if (stack) assert.equal(await stack.stop(), 0);
  const left = listProcesses().filter(({ command }) => command.includes(stateDir));
  assert.deepEqual(left, [], 'Ctrl-C leaves no process');
  await removeState(stateDir);
});

describe('Cornac recovers without a person after kill -9', () => {
  test('while `up` starts for the first time', async () => {
    const { temporal, inventory, inventorySshd, pool, worker } = victims;
    const targets = [temporal, inventory, inventorySshd, pool, worker];
    const hit = await startUnderFire(targets);
    assert.deepEqual(hit.toSorted(), targets.map(({ name }) => name).toSorted());
    const rds = createRds(stack);
    await create(rds, 'kept', PASSWORD);
    await query(await waitFor(rds, 'kept', 'available'), PASSWORD, 'CREATE TABLE t AS SELECT 42 AS n');
    await assertWell();
  });

  for (const targets of [
    [victims.temporal],
    [victims.pool],
    [victims.worker],
    [victims.gateway],
    [victims.inventory],
    [victims.backend],
    [victims.inventorySshd],
    [victims.instance],
    [victims.instanceSshd],
    [victims.inventory, victims.inventorySshd],
    [victims.inventory, victims.temporal],
    [victims.inventory, victims.worker],
    [victims.instance, victims.inventory],
    [victims.instance, victims.pool],
  ]) {
    test(targets.map(({ name }) => name).join(' and '), async (t) => {
      const began = Date.now();
      const all = listProcesses();
      const killed = targets.map((victim) => ({ victim, pids: killNow(victim, stateDir, all) }));
      for (const { victim, pids } of killed) assert.ok(pids.length > 0, `there was ${victim.name}`);
      for (const { victim, pids } of killed) await until(victim.name, () => isBack(victim, pids));
      t.diagnostic(`back after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await assertWell();
    });
  }

  test('while `up` starts again, and `up` itself', async () => {
    stack.process.kill('SIGKILL');
    await stack.stop();
    const { temporal, inventory, inventorySshd, pool, gateway, instance } = victims;
    const targets = [temporal, inventory, inventorySshd, pool, gateway, instance];
    const hit = await startUnderFire(targets);
    // The servers of the machines kept running when `up` was killed.
    assert.deepEqual(hit.toSorted(), targets.map(({ name }) => name).toSorted());
    await assertWell();
    await remove(createRds(stack), 'kept');
  });
});
