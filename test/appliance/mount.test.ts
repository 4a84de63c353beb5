import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { makeMachine, needsOverlay } from './machine.ts';

const guestConf = `CORNAC_USER=root
CORNAC_DATA=/srv/cornac/data
CORNAC_WAL=/srv/cornac/wal
CORNAC_DISK=lvm
CORNAC_PGBIN=/opt/none/%s/bin
CORNAC_PGBIN_17=/opt/pg/bin
`;
// In place of the volumes, which no namespace has of its own.
const fstab = `/srv/volumes/wal /srv/cornac/wal none bind,nofail 0 2
/srv/volumes/data /srv/cornac/data none bind,nofail 0 2
`;
const volumes =
  'mkdir -p /srv/volumes/wal/pg_wal /srv/volumes/data/pgdata && echo 17 >/srv/volumes/data/pgdata/PG_VERSION';

/** A verb that needs the cluster, as `configure` and `start` do. */
const verb = `. "\${0%/*}/lib.sh"
find_data
use_cluster
echo "cluster $major"`;

suite('a machine whose boot has not mounted the data disk', needsOverlay, () => {
  const make = async (t: TestContext, files: Readonly<Record<string, string>>) => {
    const machine = await makeMachine(t, {
      '/etc/cornac/guest.conf': guestConf,
      '/usr/local/bin/vgchange': '',
      '/opt/pg/bin/postgres': '',
      ...files,
    });
    await machine.run('chmod +x /opt/pg/bin/postgres; mkdir -p /srv/cornac/data /srv/cornac/wal');
    const scripts = '/opt/cornac/scripts-test';
    await machine.run(`mkdir -p /opt/cornac && cp -r ${resolve('appliance/guest')} ${scripts}`);
    await machine.run(`cat >${scripts}/look`, verb);
    return {
      ...machine,
      look: (before = 'true') => machine.run(`mount -t proc proc /proc && ${before} && sh ${scripts}/look`),
    };
  };

  test('has its cluster once the volumes are found', async (t) => {
    const machine = await make(t, { '/etc/fstab': fstab });
    const { status, stderr } = await machine.look();
    assert.deepEqual([status, stderr], [75, 'look: the data disk is not mounted yet\n']);
    assert.deepEqual(await machine.look(volumes), { status: 0, stdout: 'cluster 17\n', stderr: '' });
  });

  test('has no cluster where no disk was ever prepared', async (t) => {
    const machine = await make(t, { '/etc/fstab': '' });
    const { status, stderr } = await machine.look(volumes);
    assert.deepEqual([status, stderr], [66, 'look: there is no cluster\n']);
  });
});
