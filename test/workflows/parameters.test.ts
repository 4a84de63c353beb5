import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import {
  choose,
  parameterStatus,
  presentParameters,
} from '../../src/model/db-parameter-group/applied-parameters.ts';
import { resetAllParameters, setParameters } from '../../src/model/db-parameter-group/change-parameters.ts';
import { parameterGroupFamily } from '../../src/model/engine/engine-version.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { anyTls } from '../support/any-tls.ts';
import { CALL, newInstance } from '../support/inventory.ts';
import { createWorld, PASSWORD, quiet, type World } from '../support/world.ts';
import { begin, eventsOf, operate, remove, settled } from '../support/world-operations.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld();
});
after(() => world?.close());

const REBOOT = { operation: { type: 'rebootDbInstance' } } as const;
/** More than any address space: PostgreSQL ends while it starts. */
const TOO_MUCH = { max_connections: '262143', max_locks_per_transaction: '2147483647' };

/** Makes a group under this name. */
async function makeGroup(name: string, values: Record<string, string> = {}): Promise<void> {
  const family = parameterGroupFamily(world.engineVersion);
  const group = { name, family, description: name, parameters: {}, tags: [] };
  await world.inventory.parameterGroups.create(group, CALL);
  if (Object.keys(values).length > 0) await set(name, values);
}

/** Sets parameters and begins what follows, as ModifyDBParameterGroup does. */
async function set(group: string, values: Record<string, string>): Promise<string[]> {
  const requested = Object.entries(values).map(([name, value]) => ({ name, value }));
  await world.inventory.parameterGroups.change(group, CALL, (present) => ({
    parameters: setParameters(present, requested).parameters,
  }));
  return world.inventory.parameterUpkeep.begin(CALL, group);
}

async function reset(group: string): Promise<string[]> {
  await world.inventory.parameterGroups.change(group, CALL, (present) => ({
    parameters: resetAllParameters(present).parameters,
  }));
  return world.inventory.parameterUpkeep.begin(CALL, group);
}

/** Makes an instance of a group of the same name, as CreateDBInstance does. */
async function make(name: string, values: Record<string, string> = {}): Promise<Instance> {
  await makeGroup(name, values);
  const parameterGroup = await world.inventory.parameterGroups.find(name);
  assert.ok(parameterGroup);
  const { engineVersion } = world;
  const wanted = newInstance(name, {
    dbiResourceId: `db-${name.toUpperCase()}`,
    engineVersion,
    parameterGroup,
    appliedParameters: presentParameters({ parameterGroup }),
  });
  return settled(world, await world.inventory.instances.create(wanted, await scramVerifier(PASSWORD), CALL));
}

/** The running server's values, and when it was started. */
async function show(
  { address, port, dbName, ssl = anyTls }: Instance & { readonly ssl?: typeof anyTls | false },
  ...names: string[]
): Promise<string[]> {
  const client = new pg.Client({
    host: address ?? '',
    port,
    user: 'postgres',
    password: PASSWORD,
    database: dbName,
    ssl,
  });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT ${names.map((name, index) => `${name.includes('(') ? `${name}::text` : `current_setting('${name}')`} AS v${index}`).join()}`,
    );
    return Object.values(rows[0] as Record<string, string>);
  } finally {
    await client.end();
  }
}

test('a server has the values of its group: static ones from its start, dynamic ones at once, without a restart', async () => {
  const instance = await make('live', {
    max_connections: '{DBInstanceClassMemory/26843546}',
    work_mem: '5000',
  });
  assert.equal(instance.status, 'available');
  assert.equal(parameterStatus(instance), 'in-sync');
  const [connections, memory, started] = await show(
    instance,
    'max_connections',
    'work_mem',
    'pg_postmaster_start_time()',
  );
  assert.deepEqual([connections, memory], ['39', '5000kB']);

  const plain = { ...instance, ssl: false } as const;
  await assert.rejects(show(plain, 'work_mem'), /no encryption/);
  assert.deepEqual(await set('live', { work_mem: '6000', 'rds.force_ssl': '0' }), ['live']);
  const changed = await settled(world, instance);
  assert.equal(changed.status, 'available');
  assert.equal(parameterStatus(changed), 'in-sync');
  assert.deepEqual(await show(instance, 'work_mem', 'rds.force_ssl', 'pg_postmaster_start_time()'), [
    '6000kB',
    '0',
    started,
  ]);
  assert.deepEqual(await show(plain, 'work_mem'), ['6000kB'], 'without TLS');
  assert.ok((await eventsOf(world, 'live')).includes('Finished updating DB parameter group'));

  assert.deepEqual(await set('live', { max_connections: '50' }), []);
  const waiting = await settled(world, instance);
  assert.equal(parameterStatus(waiting), 'pending-reboot');
  assert.deepEqual(await show(instance, 'max_connections'), ['39']);
  const rebooted = await operate(world, instance, REBOOT);
  assert.equal(parameterStatus(rebooted), 'in-sync');
  assert.deepEqual(await show(instance, 'max_connections'), ['50']);

  await reset('live');
  const back = await operate(world, await settled(world, instance), REBOOT);
  assert.equal(parameterStatus(back), 'in-sync');
  assert.deepEqual(await show(instance, 'max_connections', 'work_mem'), ['112', '4MB']);
  await remove(world, instance);
});

test('another group reaches the server with a reboot, and what is set in it afterwards at once', async () => {
  const instance = await make('first', { work_mem: '5000', temp_file_limit: '9000' });
  await makeGroup('second', { work_mem: '7000', max_connections: '60' });
  const group = await world.inventory.parameterGroups.find('second');
  assert.ok(group);
  const chosen = await begin(world, instance, { patch: { parameterGroup: choose(group) } });
  assert.equal(parameterStatus(chosen), 'pending-reboot');
  assert.deepEqual(await world.inventory.parameterUpkeep.begin(CALL, 'second'), []);
  const names = ['work_mem', 'temp_file_limit', 'autovacuum', 'max_connections'] as const;
  assert.deepEqual(await show(instance, ...names), ['5000kB', '9000kB', 'on', '112']);

  assert.deepEqual(await set('second', { autovacuum: '0', max_connections: '70' }), ['first']);
  assert.equal(parameterStatus(await settled(world, instance)), 'pending-reboot');
  assert.deepEqual(await show(instance, ...names), ['5000kB', '9000kB', 'off', '112']);
  assert.deepEqual(await set('second', { autovacuum: '1' }), ['first']);
  assert.equal(parameterStatus(await settled(world, instance)), 'pending-reboot');
  assert.deepEqual(await show(instance, ...names), ['5000kB', '9000kB', 'on', '112']);

  assert.equal(parameterStatus(await operate(world, instance, REBOOT)), 'in-sync');
  assert.deepEqual(await show(instance, ...names), ['7000kB', '-1', 'on', '70']);
  await remove(world, instance);
});

test('values with which PostgreSQL does not start leave the server up, and the next change of the group helps', async () => {
  const instance = await make('wide', { work_mem: '5000' });
  await set('wide', TOO_MUCH);
  const stuck = await operate(world, instance, REBOOT);
  assert.equal(stuck.status, 'incompatible-parameters');
  assert.equal(parameterStatus(stuck), 'pending-reboot');
  assert.deepEqual(await show(instance, 'max_connections', 'work_mem'), ['112', '5000kB']);
  const told = (await eventsOf(world, 'wide')).find((text) =>
    text.startsWith('Database instance put into incompatible-'),
  );
  assert.match(told ?? '', /They differ in: max_connections, max_locks_per_transaction\. Change the group/);
  // What was refused is not tried in every round.
  assert.deepEqual(await world.inventory.parameterUpkeep.begin({ requestId: 'reconciler' }), []);

  assert.deepEqual(await set('wide', { max_connections: '60', max_locks_per_transaction: '64' }), ['wide']);
  const mended = await settled(world, instance);
  assert.equal(mended.status, 'available');
  assert.equal(parameterStatus(mended), 'pending-reboot');
  assert.equal((await operate(world, mended, REBOOT)).status, 'available');
  assert.deepEqual(await show(instance, 'max_connections'), ['60']);
  await remove(world, instance);
});

test('a dynamic value that PostgreSQL refuses changes nothing, and its reset makes the instance available', async () => {
  const instance = await make('odd', { work_mem: '5000' });
  await set('odd', { log_timezone: 'Nowhere/None', work_mem: '6000' });
  const stuck = await settled(world, instance);
  assert.equal(stuck.status, 'incompatible-parameters');
  assert.deepEqual(await show(instance, 'work_mem'), ['5000kB']);
  assert.deepEqual(await reset('odd'), ['odd']);
  assert.equal((await settled(world, instance)).status, 'available');
  assert.deepEqual(await show(instance, 'work_mem'), ['4MB']);
  await remove(world, instance);
});

test('a new instance whose group PostgreSQL refuses runs with the defaults, and can be rebooted and deleted', async () => {
  const instance = await make('newborn', TOO_MUCH);
  assert.equal(instance.status, 'incompatible-parameters');
  assert.deepEqual(await show(instance, 'max_connections'), ['112']);
  await reset('newborn');
  await settled(world, instance);
  assert.equal((await operate(world, instance, REBOOT)).status, 'available');
  await remove(world, instance);
});

test('a user does not wait for parameters that are being applied, and they reach the server afterwards', async () => {
  const instance = await make('busy');
  const reached = new Promise<void>((resolve) => {
    world.interfere(instance.dbiResourceId, async (step, run) => {
      if (step !== 'applyParameters') return run();
      resolve();
      throw new Error('the machine is unreachable');
    });
  });
  assert.deepEqual(await set('busy', { work_mem: '6000' }), ['busy']);
  await reached;
  const held = await world.inventory.instances.find({ dbiResourceId: instance.dbiResourceId });
  assert.equal(held?.status, 'available');
  assert.equal(held && parameterStatus(held), 'applying');
  const rebooted = await operate(world, instance, REBOOT);
  assert.equal(rebooted.status, 'available');
  assert.equal(parameterStatus(rebooted), 'in-sync');
  assert.deepEqual(await show(instance, 'work_mem'), ['6000kB']);
  world.interfere(instance.dbiResourceId, undefined);
  await remove(world, instance);
});
