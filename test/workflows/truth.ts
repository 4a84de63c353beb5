import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { anyTls } from '../support/any-tls.ts';
import { findProcesses } from '../support/find-processes.ts';
import { PASSWORD, type World } from '../support/world.ts';
import { begin } from '../support/world-operations.ts';

/** Runs SQL in the instance as its master user. @returns the rows */
export async function query(
  { address, port, dbName }: Instance,
  sql: string,
  password: string = PASSWORD,
): Promise<object[]> {
  const client = new pg.Client({
    host: address ?? '',
    port,
    user: 'postgres',
    password,
    database: dbName,
    ssl: anyTls,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Connects to the instance as its master user. @returns the name of the database */
export async function connect(instance: Instance): Promise<string> {
  const [row] = (await query(instance, 'SELECT current_database() AS name')) as { name: string }[];
  return row?.name ?? '';
}

/** The status matches what exists. */
export async function assertTruthful(world: World, instance: Instance) {
  const machine = await world.provider.findMachine(instance.machine);
  if (instance.status === 'available') assert.equal(await connect(instance), instance.dbName);
  else if (instance.status === 'stopped') assert.equal(machine?.state, 'stopped');
  else assert.equal(instance.status, 'failed');
}

/** Nothing of the instance is left: machine, files, address, processes, row, secret. */
export async function assertGone(world: World, instance: Instance) {
  assert.equal(await world.inventory.instances.find({ dbiResourceId: instance.dbiResourceId }), undefined);
  assert.equal(await world.inventory.findSecret(instance.dbiResourceId, 'master'), undefined);
  assert.equal(await world.provider.findMachine(instance.machine), undefined);
  assert.equal(existsSync(join(world.stateDir, 'machines', instance.machine)), false);
  const addresses = join(world.stateDir, 'addresses');
  const links = await readdir(addresses);
  // Concurrent tests also free addresses between the two looks.
  const owners = await Promise.all(
    links.map((each) => readlink(join(addresses, each)).catch(() => undefined)),
  );
  assert.ok(!owners.includes(instance.machine), 'its address is free again');
  // Compared by the whole path, because another run of these tests on this computer has machines of the same
  // names.
  assert.deepEqual(findProcesses(join(world.stateDir, 'machines', instance.machine, '/')), []);
}

/** Deletes the instance. Fails where anything of it is left. */
export async function removeWholly(world: World, instance: Instance) {
  await begin(world, instance, { operation: { type: 'deleteDbInstance' } });
  assert.equal(await world.settle(instance.dbiResourceId), undefined);
  await assertGone(world, instance);
}
