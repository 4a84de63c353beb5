import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { scramVerifier } from '../../../src/model/scram-verifier.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { type Aws, createAws } from '../../acceptance/aws.ts';
import { familyOf } from '../../acceptance/processes.ts';
import { makeStateDir, removeState, type Stack, startStack } from '../../acceptance/stack.ts';
import { createByHand } from '../../support/libvirt/by-hand.ts';
import { daemon, needsMachines, place, virsh } from '../../support/libvirt/private.ts';
import { makeLibvirtWorld } from '../../support/libvirt/world.ts';
import { type SshAgent, startSshAgent } from '../../support/ssh-agent.ts';

const PASSWORD = 'C0nf idential!';
// A machine without hardware virtualisation needs a minute and a half for what takes ten seconds with it.
const SLOW_MS = 600_000;
const FACTS = { user: 'postgres', password: PASSWORD, port: 5432, connectionTimeoutMillis: 30_000 };

/** Black box: `cornac up` with the inventory on a virtual machine of its own, the aws CLI, and PostgreSQL's clients. */
describe('the aws CLI makes virtual machines', needsMachines, () => {
  let stateDir: string;
  let agent: SshAgent;
  let stack: Stack;
  let aws: Aws;

  before(async () => {
    stateDir = await makeStateDir();
    const keyFile = join(stateDir, 'key');
    await writeFile(keyFile, generateKeyPair().private, { mode: 0o600 });
    agent = await startSshAgent(join(stateDir, 'agent'));
    await agent.add(keyFile);
    stack = await startStack(stateDir, {
      env: {
        SSH_AUTH_SOCK: agent.socket,
        CORNAC_IAAS: 'libvirt',
        CORNAC_NETWORK: place.network,
        CORNAC_DNS_DOMAIN: '.virt',
        CORNAC_DATABASE_URL: 'postgresql://cornac:1EstP4ss@cornac-cornac.virt:5432/cornac',
      },
      readyMs: SLOW_MS,
    });
    aws = createAws(stack);
  });
  after(async () => {
    await stack?.stop();
    await agent?.stop();
    if (stateDir) await removeState(stateDir);
    // The machine of the inventory stays when `cornac up` ends.
    const world = await makeLibvirtWorld(place);
    await world.remove();
  });

  const create = (name: string) =>
    aws.rds(
      'create-db-instance',
      ...['--db-instance-identifier', name, '--db-instance-class', 'db.t2.micro', '--engine', 'postgres'],
      ...['--allocated-storage', '5', '--master-username', 'postgres', '--master-user-password', PASSWORD],
    );
  const call = (verb: string, name: string, ...args: string[]) =>
    aws.rds(verb, '--db-instance-identifier', name, ...args);

  const statusOf = async (name: string): Promise<string> => {
    const { DBInstances } = await aws.rds('describe-db-instances');
    const found = DBInstances.find(
      (one: { DBInstanceIdentifier: string }) => one.DBInstanceIdentifier === name,
    );
    return found?.DBInstanceStatus ?? 'gone';
  };

  /** Polls until `look` finds something. */
  const eventually = async <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> => {
    const deadline = Date.now() + SLOW_MS;
    while (Date.now() < deadline) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await delay(500);
    }
    return assert.fail(`${what} did not happen`);
  };
  const waitFor = (name: string, ...statuses: string[]) =>
    eventually(`${name} ${statuses}`, async () => {
      const status = await statusOf(name);
      assert.notEqual(status, 'failed', `${name} failed`);
      return statuses.includes(status);
    });

  const query = async (name: string, sql: string): Promise<unknown[][]> => {
    const client = new pg.Client({ ...FACTS, host: `cornac-${name}.virt`, database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows;
    } finally {
      await client.end();
    }
  };

  /** Kills the worker as the kernel does when memory is short; `cornac up` starts it again. */
  const killWorker = async () => {
    const victims = (await familyOf(stack.pid)).filter(({ command }) => /cli\/main\.js worker/.test(command));
    assert.ok(victims.length > 0);
    for (const { pid } of victims) process.kill(pid, 'SIGKILL');
  };
  const volumesOf = async (name: string) =>
    (await virsh('vol-list', '--pool', place.pool))
      .split('\n')
      .filter((line) => line.includes(`cornac-${name}.`));

  test('two instances are made at once, though the worker is killed while it clones and in initdb', async () => {
    await Promise.all(['test0', 'test1'].map(create));
    await eventually('the first volume', async () => (await volumesOf('test0')).length > 0);
    await killWorker();
    // Volumes are mounted just before initdb begins.
    await eventually('initdb', async () => {
      const info = await virsh('domfsinfo', 'cornac-test1').catch(() => '');
      return info.includes('/srv/cornac/data');
    });
    await killWorker();
    for (const name of ['test0', 'test1']) {
      await waitFor(name, 'available');
      const [[version] = []] = await query(name, 'SELECT version()');
      assert.match(String(version), /^PostgreSQL 1\d/);
      assert.deepEqual((await volumesOf(name)).length, 2, 'system disk and data disk, no seed');
    }
    await query('test0', 'CREATE TABLE kept AS SELECT 42 AS answer');
  });

  test('data survive a reboot', async () => {
    await call('reboot-db-instance', 'test0');
    await waitFor('test0', 'available');
    assert.deepEqual(await query('test0', 'SELECT answer FROM kept'), [[42]]);
  });

  test('an instance that is stopped is a machine that is off, and starts with its data, libvirtd restarted meanwhile', async () => {
    await call('stop-db-instance', 'test0');
    await waitFor('test0', 'stopped');
    assert.equal(await virsh('domstate', 'cornac-test0'), 'shut off');
    await call('start-db-instance', 'test0');
    await eventually('power on', async () => (await virsh('domstate', 'cornac-test0')) === 'running');
    await daemon('restart');
    await waitFor('test0', 'available');
    assert.deepEqual(await query('test0', 'SELECT answer FROM kept'), [[42]]);
  });

  test('storage grows while PostgreSQL runs', async () => {
    const [[started] = []] = await query('test0', 'SELECT pg_postmaster_start_time()::text');
    await call('modify-db-instance', 'test0', '--allocated-storage', '7', '--apply-immediately');
    await eventually('growth', async () => {
      const { DBInstances } = await call('describe-db-instances', 'test0');
      return DBInstances[0].AllocatedStorage === 7 && DBInstances[0].DBInstanceStatus === 'available';
    });
    assert.match(await virsh('domblkinfo', 'cornac-test0', 'vdb'), /Capacity: +7516192768/);
    const disks = JSON.parse(
      await virsh('qemu-agent-command', 'cornac-test0', '{"execute":"guest-get-fsinfo"}'),
    ).return as { mountpoint: string; 'total-bytes': number }[];
    const data = disks.find(({ mountpoint }) => mountpoint === '/srv/cornac/data');
    assert.ok((data?.['total-bytes'] ?? 0) > 5 * 2 ** 30, JSON.stringify(data));
    assert.deepEqual(await query('test0', 'SELECT pg_postmaster_start_time()::text'), [[started]]);
  });

  // Issue 4 has a goal of 1.10; what else runs on the machine at either time is in it, so more is allowed here.
  test('a create takes little longer than its raw parts by hand', async (t) => {
    const started = Date.now();
    await create('timed');
    await waitFor('timed', 'available');
    const ours = Date.now() - started;
    await call('delete-db-instance', 'timed', '--skip-final-snapshot');
    await waitFor('timed', 'gone');

    const begun = Date.now();
    await createByHand('cornac-hand', stateDir, "shared_buffers = '128MB'\n", await scramVerifier(PASSWORD));
    const byHand = Date.now() - begun;
    await virsh('destroy', 'cornac-hand');
    await virsh('undefine', 'cornac-hand');
    for (const kind of ['root', 'pgdata', 'seed'])
      await virsh('vol-delete', '--pool', place.pool, `cornac-hand.hand.${kind}`);
    t.diagnostic(`create ${ours / 1000} s, by hand ${byHand / 1000} s, ratio ${(ours / byHand).toFixed(2)}`);
    assert.ok(ours / byHand < 1.5, `${ours} ms against ${byHand} ms`);
  });

  test('what is deleted leaves nothing: no volume, no domain, no lease', async () => {
    const macs = await Promise.all(
      ['test0', 'test1'].map(
        async (name) => (await virsh('domiflist', `cornac-${name}`)).match(/52:54:\S+/)?.[0] ?? '',
      ),
    );
    for (const name of ['test0', 'test1']) await call('delete-db-instance', name, '--skip-final-snapshot');
    for (const name of ['test0', 'test1']) await waitFor(name, 'gone');
    for (const name of ['test0', 'test1']) {
      assert.deepEqual(await volumesOf(name), []);
      assert.doesNotMatch(await virsh('list', '--all', '--name'), new RegExp(`cornac-${name}`));
    }
    const leases = await virsh('net-dhcp-leases', place.network);
    for (const mac of macs) assert.equal(leases.includes(mac), false, leases);
  });
});
