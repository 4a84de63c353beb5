import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { GIB } from '../../../src/system/units.ts';
import { familyOf, signalAll } from '../../acceptance/processes.ts';
import { eventually, runInGuest, startVmCornac, type VmCornac } from '../../support/libvirt/cornac.ts';
import { daemon, needsMachines, place, virsh } from '../../support/libvirt/private.ts';

/** Black box: `cornac up` with the inventory on its own virtual machine, the aws CLI, and psql. */
describe('instances on virtual machines', needsMachines, () => {
  let cornac: VmCornac;
  before(async () => {
    cornac = await startVmCornac();
  });
  after(() => cornac?.remove());

  /** Kills the worker as the kernel does when memory is short. `cornac up` starts it again. */
  const killWorker = async () => {
    const family = familyOf(cornac.stack.pid);
    const victims = family.filter(({ command }) => /cli\/main\.js worker/.test(command));
    assert.ok(victims.length > 0);
    signalAll(victims, 'SIGKILL');
  };

  test('two are created at once though the worker is killed while it clones and in initdb', async () => {
    await Promise.all(['test0', 'test1'].map(cornac.create));
    await eventually('the first volume', async () => (await cornac.volumesOf('test0')).length > 0);
    await killWorker();
    // Volumes are mounted just before initdb begins.
    await eventually('initdb', async () => {
      const info = await virsh('domfsinfo', 'cornac-test1').catch(() => '');
      return info.includes('/srv/cornac/data');
    });
    await killWorker();
    for (const name of ['test0', 'test1']) {
      await cornac.waitFor(name, 'available');
      assert.match(await cornac.psql(name, 'SELECT version()'), /^PostgreSQL 1\d/);
      assert.equal((await cornac.volumesOf(name)).length, 2, 'system disk and data disk, no seed');
    }
    await cornac.psql('test0', 'CREATE TABLE kept AS SELECT 42 AS answer');
  });

  test('serve TLS and extensions, and their log by the API', async () => {
    assert.equal(await cornac.psql('test0', 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'), 't');
    for (const extension of ['pg_stat_statements', 'postgres_fdw']) {
      await cornac.psql('test0', `CREATE EXTENSION ${extension}`);
    }
    assert.equal(
      await cornac.psql('test0', "SELECT count(*) > 0 FROM pg_stat_statements WHERE query ~ 'postgres_fdw'"),
      't',
    );
    await assert.rejects(
      cornac.psql('test0', 'CREATE EXTENSION file_fdw'),
      /not supported|permission denied/,
    );
    await assert.rejects(cornac.psql('test0', "SELECT 'logged once'::int"), /logged once/);
    const { DescribeDBLogFiles } = await cornac.call('describe-db-log-files', 'test0');
    const { LogFileName } = DescribeDBLogFiles.at(-1);
    assert.match(LogFileName, /^error\/postgresql\.log\.\d{4}(-\d\d){3}$/);
    const { LogFileData } = await cornac.call(
      ...(['download-db-log-file-portion', 'test0', '--log-file-name', LogFileName] as const),
    );
    assert.match(LogFileData, /UTC:\S+:postgres@\S+:\[\d+\]:ERROR: .*"logged once"/);
  });

  /**
   * Stops the process of a session, as a debugger does. It then handles no signal, as in a system call.
   * @returns how the session has ended
   */
  const hangSession = async (name: string) => {
    const session = cornac.psql(name, 'SELECT pg_sleep(3600)').then(
      () => 'ended by itself',
      () => 'cut',
    );
    const pid = await eventually('the session', async () =>
      cornac.psql(name, "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
    );
    await runInGuest(`cornac-${name}`, `kill -STOP ${pid}`);
    return { session };
  };

  test('keep their data over a reboot, though a session does not end', async () => {
    const { session } = await hangSession('test0');
    await cornac.call('reboot-db-instance', 'test0');
    assert.equal(await session, 'cut');
    await cornac.waitFor('test0', 'available');
    assert.equal(await cornac.psql('test0', 'SELECT answer FROM kept'), '42');
  });

  test('are off while stopped, and start with their data after a restart of libvirtd', async () => {
    await cornac.call('stop-db-instance', 'test0');
    await cornac.waitFor('test0', 'stopped');
    assert.equal(await virsh('domstate', 'cornac-test0'), 'shut off');
    await cornac.call('start-db-instance', 'test0');
    await eventually('power on', async () => (await virsh('domstate', 'cornac-test0')) === 'running');
    await daemon('restart');
    await cornac.waitFor('test0', 'available');
    assert.equal(await cornac.psql('test0', 'SELECT answer FROM kept'), '42');
  });

  test('grow their storage while PostgreSQL runs', async () => {
    const started = await cornac.psql('test0', 'SELECT pg_postmaster_start_time()');
    await cornac.call('modify-db-instance', 'test0', '--allocated-storage', '7', '--apply-immediately');
    await eventually('growth', async () => {
      const { DBInstances } = await cornac.call('describe-db-instances', 'test0');
      return DBInstances[0].AllocatedStorage === 7 && DBInstances[0].DBInstanceStatus === 'available';
    });
    assert.match(await virsh('domblkinfo', 'cornac-test0', 'vdb'), /Capacity: +7516192768/);
    const disks = JSON.parse(
      await virsh('qemu-agent-command', 'cornac-test0', '{"execute":"guest-get-fsinfo"}'),
    ).return as { mountpoint: string; 'total-bytes': number }[];
    const data = disks.find(({ mountpoint }) => mountpoint === '/srv/cornac/data');
    assert.ok((data?.['total-bytes'] ?? 0) > 5 * GIB, JSON.stringify(data));
    assert.equal(await cornac.psql('test0', 'SELECT pg_postmaster_start_time()'), started);
  });

  test('leave no volume, domain or lease after their deletion', async () => {
    const macs = await Promise.all(
      ['test0', 'test1'].map(
        async (name) =>
          (await virsh('domiflist', `cornac-${name}`)).match(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/)?.[0] ??
          'no card',
      ),
    );
    for (const name of ['test0', 'test1']) {
      await cornac.call('delete-db-instance', name, '--skip-final-snapshot');
    }
    for (const name of ['test0', 'test1']) await cornac.waitFor(name, 'gone');
    for (const name of ['test0', 'test1']) {
      assert.deepEqual(await cornac.volumesOf(name), []);
      assert.doesNotMatch(await virsh('list', '--all', '--name'), new RegExp(`cornac-${name}`));
    }
    const leases = await virsh('net-dhcp-leases', place.network);
    for (const mac of macs) assert.equal(leases.includes(mac), false, leases);
  });
});
