import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { type ProberPace, runProber } from '../../src/reconcile/prober.ts';
import { anyTls } from '../support/any-tls.ts';
import { insertInstances, select } from '../support/many-instances.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';

const hung = new Set<string>();
let world: World;
before(async () => {
  quiet();
  world = await createWorld({ hung });
});
after(() => world?.close());

/** Far faster than in production, so that the test meets more of what could be mistaken for a death. */
const EAGER: ProberPace = { rate: 500, inFlight: 500, answerMs: 1_000, sweepMs: 20, secondLookMs: 10 };

/** A prober that runs until the test ends, and a count of its sweeps. */
function probe(t: TestContext, pace?: ProberPace) {
  const stop = new AbortController();
  let sweeps = 0;
  const instances: World['inventory']['instances'] = {
    ...world.inventory.instances,
    list: (query = {}) => {
      if (!query.dbiResourceIds) sweeps += 1;
      return world.inventory.instances.list(query);
    },
  };
  const deps = {
    inventory: { ...world.inventory, instances },
    databaseUrl: world.databaseUrl,
    place: { provider: world.provider, guest: world.guest },
    log: pino({ level: 'silent' }),
  };
  const running = runProber(deps, stop.signal, pace);
  t.after(async () => {
    stop.abort();
    await running;
  });
  const pass = async (count: number): Promise<void> => {
    for (const until = sweeps + count; sweeps < until; ) await delay(10);
  };
  return { pass };
}

async function available(identifier: string): Promise<Instance> {
  const instance = await world.settle((await world.create(identifier)).dbiResourceId);
  assert.equal(instance?.status, 'available');
  return instance;
}
async function killServer({ machine }: Instance, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const file = `${world.stateDir}/machines/${machine}/data/pgdata/postmaster.pid`;
  process.kill(Number.parseInt(await readFile(file, 'utf8'), 10), signal);
}
async function answers({ address, port }: Instance): Promise<boolean> {
  const client = new pg.Client({
    host: address ?? '',
    port,
    user: 'postgres',
    password: PASSWORD,
    database: 'postgres',
    ssl: anyTls,
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
async function recoveries(identifier: string): Promise<number> {
  const sql = `SELECT count(*) FROM operation WHERE type = 'recoverDbInstance' AND identifier LIKE $1`;
  return Number((await select<{ count: string }>(world.databaseUrl, sql, [identifier]))[0]?.count);
}
async function recovered(instance: Instance): Promise<Instance | undefined> {
  while ((await recoveries(instance.identifier)) === 0) await delay(20);
  return world.settle(instance.dbiResourceId);
}

test('an instance whose postmaster is killed is available again within seconds, without a person', async (t) => {
  const [one, two] = [await available('dies'), await available('dies-too')];
  probe(t);
  probe(t);
  const began = Date.now();
  await killServer(one);
  await killServer(two);
  for (const instance of [one, two]) {
    assert.equal((await recovered(instance))?.status, 'available');
    assert.equal(await answers(instance), true);
    t.diagnostic(`${instance.identifier}: available again after ${(Date.now() - began) / 1000} s`);
  }
  assert.ok(Date.now() - began < 90_000);
  assert.deepEqual(
    [await recoveries('dies'), await recoveries('dies-too')],
    [1, 1],
    'two probers, one recovery',
  );
});

test('a machine that was powered off is started', async (t) => {
  const instance = await available('off');
  probe(t, EAGER);
  await world.provider.stopMachine(instance.machine, noProgress());
  assert.equal((await recovered(instance))?.status, 'available');
});

test('operations that stop the server are not mistaken for its death', async (t) => {
  const instance = await available('busy');
  const { pass } = probe(t, EAGER);
  const { dbiResourceId } = instance;
  for (const type of ['rebootDbInstance', 'rebootDbInstance', 'stopDbInstance', 'startDbInstance'] as const) {
    await pass(2);
    await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
      operation: { type },
    }));
    await world.settle(dbiResourceId);
    await pass(5);
  }
  assert.equal(await recoveries('busy'), 0);
});

test('a server that hangs for a while, and a server whose guest does not answer, are left to the reconciler', async (t) => {
  const [slow, silent] = [await available('slow'), await available('silent')];
  const { pass } = probe(t, EAGER);
  await killServer(slow, 'SIGSTOP');
  hung.add(silent.machine);
  await killServer(silent);
  await pass(5);
  await killServer(slow, 'SIGCONT');
  await pass(5);
  assert.deepEqual([await recoveries('slow'), await recoveries('silent')], [0, 0]);
  hung.delete(silent.machine);
});

test('a network outage starts no recovery, because only a report of the machine itself counts', async (t) => {
  // No server has this address, and no provider has these machines.
  await insertInstances(world.databaseUrl, {
    count: 30,
    status: 'available',
    prefix: 'cut',
    address: '127.255.255.1',
  });
  const { pass } = probe(t, EAGER);
  await pass(10);
  assert.equal(await recoveries('cut%'), 0);
  const sql = `SELECT count(*) FROM instance WHERE identifier LIKE 'cut%' AND status = 'available'`;
  assert.equal((await select<{ count: string }>(world.databaseUrl, sql))[0]?.count, '30');
});
