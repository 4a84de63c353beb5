import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DBInstance } from '@aws-sdk/client-rds';
import { psql as askPsql } from '../../acceptance/psql.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../../acceptance/stack.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

const exec = promisify(execFile);
const password = 'C0nfidentiel';

// The whole stack: Temporal, workers, gateway, the inventory on its own machine, the aws CLI, psql.
suite('Cornac on vCenter', { skip: skipWithoutRoot }, () => {
  let world: VsphereWorld;
  let stateDir: string;
  let stack: Stack;

  before(async () => {
    world = await makeVsphereWorld(4);
    stateDir = await makeStateDir();
    const { iaas, machineOrigin, storagePool, network, resourcePool } = world.options();
    const settings = {
      IAAS: `${iaas}&netmask=255.255.255.0`,
      MACHINE_ORIGIN: machineOrigin,
      STORAGE_POOL: storagePool,
      NETWORK: network,
      VCENTER_RESOURCE_POOL: resourcePool,
      SSH_KEY_FILE: world.key.keyFile,
      DATABASE_URL: 'postgresql://cornac:inventory-canary@127.77.4.200:5432/cornac',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    await writeFile(join(stateDir, 'cornac.toml'), lines.join(''), { mode: 0o600 });
    stack = await startStack(stateDir);
  });

  after(async () => {
    await stack?.stop();
    await world?.remove();
    if (stateDir) await removeState(stateDir);
  });

  async function aws(action: string, ...options: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await exec('aws', ['rds', action, '--output', 'json', ...options], { env: stack.env });
    return stdout ? JSON.parse(stdout) : {};
  }

  const create = (id: string) =>
    aws(
      'create-db-instance',
      ...['--db-instance-identifier', id, '--db-instance-class', 'db.t2.micro', '--engine', 'postgres'],
      ...['--allocated-storage', '5', '--master-username', 'postgres', '--master-user-password', password],
    );

  async function list(): Promise<DBInstance[]> {
    return (await aws('describe-db-instances')).DBInstances as DBInstance[];
  }

  /** Waits until the instance has this status; `undefined` waits until it is deleted. */
  async function becomes(id: string, wanted: string | undefined): Promise<DBInstance | undefined> {
    for (;;) {
      const found = (await list()).find((instance) => instance.DBInstanceIdentifier === id);
      if (found?.DBInstanceStatus === wanted) return found;
      assert.notEqual(found?.DBInstanceStatus, 'failed');
      await delay(200);
    }
  }

  const psql = (instance: DBInstance | undefined, sql: string) =>
    askPsql(instance ?? assert.fail('no instance'), password, sql);

  const machines = async () =>
    (await world.provider.listMachines()).map(({ name, state }) => `${name} ${state}`).sort();

  test("the inventory's machine has the requested address", async () => {
    const [inventory] = await list();
    assert.equal(inventory?.DBInstanceIdentifier, 'cornac');
    assert.equal(inventory?.Endpoint?.Address, '127.77.4.200');
    assert.deepEqual(await machines(), ['cornac-cornac running']);
  });

  test('an instance is created, opened with psql, stopped, started and deleted', async () => {
    await create('test0');
    const created = await becomes('test0', 'available');
    assert.match(await psql(created, 'SELECT version()'), /^PostgreSQL 1\d/);
    await psql(created, 'CREATE TABLE kept AS SELECT 42 AS answer');

    await aws('stop-db-instance', '--db-instance-identifier', 'test0');
    await becomes('test0', 'stopped');
    assert.deepEqual(await machines(), ['cornac-cornac running', 'cornac-test0 stopped']);

    await aws('start-db-instance', '--db-instance-identifier', 'test0');
    assert.equal(await psql(await becomes('test0', 'available'), 'TABLE kept'), '42');

    await aws('delete-db-instance', '--db-instance-identifier', 'test0', '--skip-final-snapshot');
    await becomes('test0', undefined);
    assert.deepEqual(await machines(), ['cornac-cornac running']);
  });

  test('eight instances are created concurrently', async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `at-once-${index}`);
    await Promise.all(ids.map(create));
    const instances = await Promise.all(ids.map((id) => becomes(id, 'available')));
    assert.equal(new Set(instances.map((instance) => instance?.Endpoint?.Address)).size, 8);
    for (const instance of instances) assert.equal(await psql(instance, 'SELECT 1'), '1');
    assert.equal((await machines()).length, 9);

    await Promise.all(
      ids.map((id) => aws('delete-db-instance', '--db-instance-identifier', id, '--skip-final-snapshot')),
    );
    await Promise.all(ids.map((id) => becomes(id, undefined)));
    assert.deepEqual(await machines(), ['cornac-cornac running']);
  });

  test('an instance is created despite slow clones, failed starts, killed workers and a cut network', async () => {
    const { simulator } = world;
    await simulator.delayTasks({ CloneVm: 5_000 });
    await simulator.fault({ method: 'PowerOnMultiVM_Task', times: 2, fault: 'HostNotConnected', task: true });
    const clones = async () =>
      (await simulator.state()).clones?.filter(({ name }) => name === 'cornac-unlucky').length;
    await create('unlucky');
    while (!(await clones())) await delay(20);
    await killWorkers(stack.pid);
    await simulator.expireSessions();
    await simulator.cutNetwork(20_000);

    assert.equal(await psql(await becomes('unlucky', 'available'), 'SELECT 1'), '1');
    assert.equal(await clones(), 1, 'nobody began a second clone');
    assert.deepEqual(await machines(), ['cornac-cornac running', 'cornac-unlucky running']);
    await aws('delete-db-instance', '--db-instance-identifier', 'unlucky', '--skip-final-snapshot');
    await becomes('unlucky', undefined);
  });

  test("vCenter's password is only in the configuration file", async () => {
    const { password: secret } = world.simulator;
    const needles = [secret, encodeURIComponent(secret)].flatMap((text) => ['-e', text]);
    const found = await exec('grep', ['-rlF', ...needles, stateDir]).catch(({ stdout }) => ({ stdout }));
    assert.deepEqual(found.stdout.split('\n').filter(Boolean), [join(stateDir, 'cornac.toml')]);
    const { stdout: commands } = await exec('ps', ['-eo', 'args']);
    assert.ok(!commands.includes(secret) && !commands.includes(encodeURIComponent(secret)));
  });

  test('a real vCenter would refuse none of the calls', async () => {
    const { violations, guests } = await world.simulator.state();
    assert.equal(violations, null);
    assert.deepEqual(guests, ['127.77.4.200']);
  });
});

/**
 * Kills the workers that the `cornac up` with this process id has started, as the kernel does when out of
 * memory.
 */
async function killWorkers(parent: number): Promise<void> {
  const { stdout } = await exec('ps', ['--ppid', String(parent), '-o', 'pid=,args=']);
  const workers = stdout.split('\n').filter((line) => line.includes('main.js worker'));
  assert.ok(workers.length > 0);
  for (const line of workers) process.kill(Number.parseInt(line, 10), 'SIGKILL');
}
