import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { majorOf } from '../src/model/engine/engine-version.ts';
import { scramVerifier } from '../src/system/scram-verifier.ts';
import { readSteps } from '../src/temporal/steps.ts';
import { create, createRds, find } from '../test/acceptance/rds.ts';
import { connectTo } from '../test/acceptance/temporal.ts';
import { createByHand } from '../test/support/libvirt/by-hand.ts';
import { PASSWORD, startVmCornac } from '../test/support/libvirt/cornac.ts';
import { median } from './statistics.ts';

// npm run bench:libvirt [-- PAIRS]: the time of a create on a virtual machine, as a ratio to the sum of its
// raw parts by hand. A machine is noisy and warms up, so each create is compared with one by hand right
// before or after it.
const pairs = Number(process.argv[2] ?? 3);
const cornac = await startVmCornac();
const rds = createRds(cornac.stack);
const connection = await Connection.connect(connectTo(cornac.stack.temporal));
const temporal = new Client({ connection, namespace: cornac.stack.temporal.namespace });

type Seconds = Readonly<Record<string, number>>;
function sum(parts: Seconds) {
  return Object.values(parts).reduce((total, one) => total + one, 0);
}
function say(who: string, parts: Seconds, load: number) {
  const words = Object.entries(parts).map(([what, seconds]) => `${what} ${seconds.toFixed(1)}`);
  console.log(`${who.padEnd(8)} ${sum(parts).toFixed(1)} s, load ${load.toFixed(1)}: ${words.join(', ')}`);
}
function load() {
  return loadavg()[0] ?? Number.NaN;
}

async function leaves(id: string, status: string) {
  for (;;) {
    const instance = await find(rds, id);
    if (instance?.DBInstanceStatus !== status) return instance;
    await delay(100);
  }
}

/**
 * The time of Cornac's create, from the call until `available`, by steps. `between` is the time outside the
 * steps.
 */
async function ours(id: string): Promise<number> {
  const before = load();
  const begun = performance.now();
  const { DbiResourceId = '' } = await create(rds, id, PASSWORD);
  const instance = await leaves(id, 'creating');
  const total = (performance.now() - begun) / 1_000;
  if (instance?.DBInstanceStatus !== 'available') throw new Error(`${id} is ${instance?.DBInstanceStatus}`);
  const steps = await readSteps(temporal.workflow.getHandle(DbiResourceId));
  const parts = Object.fromEntries(
    steps.map(({ name, startedAt, endedAt = startedAt }) => [name, (endedAt - startedAt) / 1_000]),
  );
  say('Cornac', { ...parts, between: total - sum(parts) }, before);
  await cornac.call('delete-db-instance', id, '--skip-final-snapshot');
  await leaves(id, 'deleting');
  return total;
}

const verifier = await scramVerifier(PASSWORD);
const [inventory] = (await cornac.aws.rds('describe-db-instances')).DBInstances;
async function byHand(name: string): Promise<number> {
  const before = load();
  const made = await createByHand(name, cornac.stateDir, {
    major: majorOf(inventory.EngineVersion),
    verifier,
  });
  say('by hand', made.seconds, before);
  await made.remove();
  return sum(made.seconds);
}

try {
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? await ours(`pair${pair}`) : undefined;
    const hand = await byHand(`hand${pair}`);
    const total = first ?? (await ours(`pair${pair}`));
    ratios.push(total / hand);
    console.log(`pair ${pair + 1}: ${(total / hand).toFixed(3)}`);
  }
  console.log(
    `bench: libvirt_overhead=${median(ratios).toFixed(2)} pairs=${pairs} load=${load().toFixed(1)}`,
  );
} finally {
  await connection.close();
  rds.destroy();
  await cornac.remove();
}
