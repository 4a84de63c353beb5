import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';
import { startTemporal } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

let world: TestInventory;
let gateway: GatewayProcess;
let environment: TestWorkflowEnvironment;
before(async () => {
  [world, environment] = await Promise.all([startTestInventory(), startTemporal()]);
  gateway = await startGatewayProcess(world.databaseUrl);
});
after(async () => {
  await gateway?.stop();
  await environment?.teardown();
  await world?.close();
});

/** A proxy from the address where the gateway expects Temporal to the test's Temporal. It can stop forwarding. */
async function openWay() {
  const [host, port] = environment.address.split(':');
  const sockets: Socket[] = [];
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.push(one);
      one.on('data', (data) => isSilent || other.write(data)).on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });
  server.listen(gateway.temporalPort, '127.0.0.1');
  await once(server, 'listening');
  return {
    goSilent: () => {
      isSilent = true;
    },
    /** Forwards again, for new connections. */
    speak: () => {
      isSilent = false;
      for (const socket of sockets.splice(0)) socket.destroy();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function until(state: 'up' | 'down'): Promise<void> {
  const look = async () => {
    const { checks } = (await (await fetch(`${gateway.ops}/readyz`)).json()) as {
      checks: { temporal: string };
    };
    return checks.temporal;
  };
  await waitUntil(`Temporal is ${state}`, async () => (await look()) === state, { everyMs: 100 });
}
async function failures(): Promise<number> {
  const text = await (await fetch(`${gateway.ops}/metrics`)).text();
  return Number(/^cornac_dispatcher_failures_total (\d+)$/m.exec(text)?.[1]);
}

test('readyz follows Temporal: unreachable, up, hung, and up again', async () => {
  await until('down');
  await world.createAvailable('stuck');
  await world.begin('stuck', 'rebootDbInstance');
  while ((await failures()) < 2) await delay(100);
  const way = await openWay();
  try {
    await until('up');
    way.goSilent();
    await until('down');
    way.speak();
    await until('up');
  } finally {
    way.close();
  }
});
