import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';
import { temporalProgram } from '../support/temporal.ts';

let world: TestInventory;
let gateway: GatewayProcess;
let temporal: ChildProcess | undefined;
before(async () => {
  world = await startTestInventory();
  gateway = await startGatewayProcess(world.databaseUrl);
});
after(async () => {
  if (temporal?.exitCode === null) {
    temporal.kill('SIGKILL');
    await once(temporal, 'exit');
  }
  await gateway?.stop();
  await world?.close();
});

const until = async (state: 'up' | 'down'): Promise<void> => {
  const end = Date.now() + 60_000;
  const look = async () => {
    const { checks } = (await (await fetch(`${gateway.ops}/readyz`)).json()) as {
      checks: { temporal: string };
    };
    return checks.temporal;
  };
  while ((await look()) !== state) {
    assert.ok(Date.now() < end, `waited for Temporal to be ${state}`);
    await delay(100);
  }
};
const failures = async (): Promise<number> => {
  const text = await (await fetch(`${gateway.ops}/metrics`)).text();
  return Number(/^cornac_dispatcher_failures_total (\d+)$/m.exec(text)?.[1]);
};

test('readyz tells what Temporal is now: away, there, hanging, and there again', async () => {
  await until('down');
  await world.createAvailable('stuck');
  await world.begin('stuck', 'rebootDbInstance');
  while ((await failures()) < 2) await delay(100);
  temporal = spawn(
    temporalProgram(),
    ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', `${gateway.temporalPort}`],
    { stdio: 'ignore' },
  );
  await until('up');
  temporal.kill('SIGSTOP');
  await until('down');
  temporal.kill('SIGCONT');
  await until('up');
});
