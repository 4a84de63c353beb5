import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, startVmCornac, type VmCornac } from '../../support/libvirt/cornac.ts';
import { needsMachines } from '../../support/libvirt/private.ts';

const exec = promisify(execFile);
/** Fills every block of the data volume, as data of users would. */
const FILL = `fill() { n=0; for size in 1G 256M 64M 16M 4M 1M 256K 64K 16K 4K; do
  while fallocate -l $size /srv/cornac/data/filling-$size-$n 2>/dev/null; do n=$((n + 1)); done; done; }; fill`;
const KILL = 'systemctl kill -s KILL cornac-postgresql';

/** Black box, except for what fills the disk: no shell on the guest repairs anything. */
describe('a virtual machine whose data disk is full to the last byte', needsMachines, () => {
  let cornac: VmCornac;
  before(async () => {
    cornac = await startVmCornac();
    await cornac.create('full');
    await cornac.waitFor('full', 'available');
  });
  after(() => cornac?.remove());

  const ssh = async (script: string) => {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
    const args = [...options.flatMap((option) => ['-o', option]), '-i', join(cornac.stateDir, 'key')];
    return (await exec('ssh', [...args, 'root@cornac-full.virt', script])).stdout.trim();
  };
  const events = async () => {
    const answer = await cornac.aws.rds(
      ...['describe-events', '--source-type', 'db-instance', '--source-identifier', 'full'],
    );
    return (answer.Events as { Message: string }[]).map(({ Message }) => Message);
  };

  test('is storage-full after a crash of its server, which runs again', async () => {
    await cornac.psql('full', 'CREATE TABLE kept AS SELECT 42 AS answer');
    await ssh(`${FILL}; ${KILL}`);
    await cornac.waitFor('full', 'storage-full');
    // By now systemd's restarts have failed, or half of the reserve is used.
    const answer = () => cornac.psql('full', 'SELECT answer FROM kept').catch(() => undefined);
    assert.equal(await eventually('a server', answer), '42');
    await cornac.waitFor('full', 'storage-full');
    const exhausted = 'Allocated storage has been exhausted. Allocate additional storage to resolve.';
    assert.equal((await events()).filter((message) => message === exhausted).length, 1);
    await assert.rejects(
      cornac.call('modify-db-instance', 'full', '--db-instance-class', 'db.t2.small', '--apply-immediately'),
      /is not in available state. Current state: storage-full/,
    );
  });

  test('grows without free space and without a server, and is then writable', async () => {
    await cornac.waitFor('full', 'storage-full');
    const wal = await cornac.psql('full', 'SHOW max_wal_size');
    await ssh(`rm -f /srv/cornac/data/.reserve; systemctl stop cornac-postgresql
      rm -f /srv/cornac/data/pgdata/postmaster.pid; ${FILL}`);
    assert.equal(await ssh(`stat -f -c %a /srv/cornac/data`), '0');
    await eventually('a recovery in vain', async () =>
      (await events()).some((message) => message.includes('did not succeed: its storage is full')),
    );
    await cornac.waitFor('full', 'storage-full');
    await cornac.call('modify-db-instance', 'full', '--allocated-storage', '8', '--apply-immediately');
    await eventually('growth', async () => {
      const { DBInstances } = await cornac.call('describe-db-instances', 'full');
      const [{ AllocatedStorage: size, DBInstanceStatus: status }] = DBInstances;
      assert.notEqual(status, 'failed');
      return size === 8 && status === 'available';
    });
    await cornac.psql('full', 'INSERT INTO kept SELECT generate_series(1, 1000)');
    assert.equal(await cornac.psql('full', 'SELECT count(*) FROM kept'), '1001');
    assert.notEqual(
      await cornac.psql('full', 'SHOW max_wal_size'),
      wal,
      'a part of its volume, which has grown',
    );
    assert.match(await ssh('stat -c %s /srv/cornac/data/.reserve'), /^\d{8}$/);
    const messages = await events();
    assert.ok(messages.includes('Finished applying modification to allocated storage: 8 GiB'));
    assert.equal(
      messages.some((message) => message.includes('/root')),
      false,
    );
  });

  test('is storage-full because a slot holds the write-ahead log, and is writable after it has grown', async () => {
    const held = `SELECT pg_create_physical_replication_slot('held', true);`;
    await ssh(`echo "${held}" | /opt/cornac/bin/psql; ${FILL.replaceAll('cornac/data', 'cornac/wal')}`);
    const much = 'CREATE TABLE much AS SELECT repeat(md5(n::text), 30) FROM generate_series(1, 200000) AS n';
    await assert.rejects(cornac.psql('full', much));
    await cornac.waitFor('full', 'storage-full');
    await cornac.call('modify-db-instance', 'full', '--allocated-storage', '10', '--apply-immediately');
    await eventually('growth', async () => {
      const { DBInstances } = await cornac.call('describe-db-instances', 'full');
      const [{ AllocatedStorage: size, DBInstanceStatus: status }] = DBInstances;
      assert.notEqual(status, 'failed');
      return size === 10 && status === 'available';
    });
    await cornac.psql('full', 'INSERT INTO kept SELECT generate_series(1, 1000)');
    assert.equal(await cornac.psql('full', 'SELECT count(*) FROM kept'), '2001');
  });
});
