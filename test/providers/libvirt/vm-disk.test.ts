import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGuest, type Guest } from '../../../src/guest/guest.ts';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Command, sh } from '../../../src/ssh/command.ts';
import { needsMachines, place } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-disk', cpus: 1, memoryMiB: 512, diskGiB: 5 };

describe('the data disk of a virtual machine', needsMachines, () => {
  let world: LibvirtWorld;
  let guest: Guest;
  let machine: RunningMachine;
  before(async () => {
    world = await makeLibvirtWorld(place);
    guest = createGuest({ ssh: world.ssh, scriptsDir: 'appliance/guest' });
    await world.provider.ensureMachine(spec, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    await guest.prepareDisk(machine);
  });
  after(() => world?.remove());

  const run = async (command: Command) => (await world.ssh.run(machine.ssh, command)).stdout;

  test('gives a fifth of it to the write-ahead log, and both volumes are mounted now and at every boot', async () => {
    const sizes = sh`lvs --noheadings --units m -o lv_name,lv_size,lv_tags cornac | tr -s ' '`;
    assert.equal(await run(sizes), ' data 4096.00m \n wal 1020.00m \n');
    const mounts = sh`for name in data wal; do findmnt -no TARGET /dev/cornac/$name; grep -c "/srv/cornac/$name " /etc/fstab; done`;
    assert.equal(await run(mounts), '/srv/cornac/data\n1\n/srv/cornac/wal\n1\n');
    // Systemd stops PostgreSQL before it unmounts them.
    const { 1: after = '' } = (await run(sh`systemctl show -p After cornac-postgresql.service`)).split('=');
    for (const name of ['data', 'wal'])
      assert.ok(after.split(/\s/).includes(`srv-cornac-${name}.mount`), after);
  });

  test('is refused where it has a file system of someone else', async () => {
    await run(sh`umount /srv/cornac/data /srv/cornac/wal && vgremove -q --yes cornac && pvremove -q /dev/vdb
      mkfs.ext4 -q /dev/vdb`);
    await assert.rejects(guest.prepareDisk(machine), { stderr: /ext4 signature detected/ });
    assert.equal(await run(sh`blkid -p -s TYPE -o value /dev/vdb; wipefs -qa /dev/vdb`), 'ext4\n');
    // What a kill between the first two steps of an earlier version leaves.
    await run(sh`pvcreate -q /dev/vdb`);
    await guest.prepareDisk(machine);
    assert.equal(await run(sh`findmnt -no TARGET /dev/cornac/data`), '/srv/cornac/data\n');
  });

  test('is not formatted again when it is not readable', async () => {
    await run(sh`echo kept >/srv/cornac/data/kept && umount /srv/cornac/data
      dd if=/dev/cornac/data of=/run/start bs=4096 count=1 && dd if=/dev/zero of=/dev/cornac/data bs=4096 count=1 conv=fsync`);
    await assert.rejects(guest.prepareDisk(machine), /mount/);
    await run(sh`dd if=/run/start of=/dev/cornac/data conv=fsync`);
    await guest.prepareDisk(machine);
    assert.equal(await run(sh`cat /srv/cornac/data/kept`), 'kept\n');
  });

  test('counts as grown only when the machine sees the new size', async () => {
    await guest.growDisk(machine, { diskGiB: spec.diskGiB });
    await assert.rejects(guest.growDisk(machine, { diskGiB: spec.diskGiB + 1 }), {
      exitCode: 74,
      stderr: /has not grown to 6 GiB/,
    });
  });

  test('is formatted again after an interrupted format', async () => {
    await run(sh`umount /srv/cornac/wal && lvremove -q --yes cornac/wal
      lvcreate -q --yes -W n --addtag cornac-unformatted -L 512m -n wal cornac && mkfs.ext4 -q /dev/cornac/wal`);
    await guest.prepareDisk(machine);
    assert.equal(await run(sh`blkid -p -s LABEL -o value /dev/cornac/wal`), 'cornac-wal\n');
    assert.equal(await run(sh`findmnt -no TARGET /dev/cornac/wal`), '/srv/cornac/wal\n');
    assert.equal((await run(sh`lvs --noheadings -o lv_tags cornac`)).trim(), '');
    // The other volume had no tag, and keeps its content.
    assert.equal(await run(sh`cat /srv/cornac/data/kept`), 'kept\n');
  });

  test('gets a copy of the cluster in the image, with the write-ahead log on its own volume', async () => {
    const [version = ''] = await world.provider.listEngineVersions();
    await run(sh`cd /run && touch of-the-image && tar -rf /opt/cornac/clusters/*.tar ./of-the-image`);
    await guest.initCluster(machine, { version });
    await run(sh`rm /srv/cornac/data/pgdata/of-the-image`);
    assert.equal(await run(sh`find /opt/cornac ! -user root`), '');
    assert.equal(await run(sh`stat -L -c '%U %a' /srv/cornac/data/pgdata/pg_wal`), 'postgres 700\n');
    assert.equal(await run(sh`readlink /srv/cornac/data/pgdata/pg_wal`), '/srv/cornac/wal/pg_wal\n');
  });

  test('is mounted by a repeated preparation where nothing has activated its volumes', async () => {
    await run(sh`umount /srv/cornac/data /srv/cornac/wal && vgchange -q -an cornac`);
    await guest.prepareDisk(machine);
    assert.equal(await run(sh`findmnt -no TARGET /dev/cornac/data`), '/srv/cornac/data\n');
  });

  test('is mounted by the next start of PostgreSQL where the boot has given up on it', async () => {
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.initCluster(machine, { version });
    await run(sh`umount /srv/cornac/data /srv/cornac/wal && vgchange -q -an cornac`);
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
    assert.equal(await run(sh`findmnt -no TARGET /dev/cornac/data`), '/srv/cornac/data\n');
    await guest.stopPostgres(machine);
  });

  test('may hold links of PostgreSQL’s user, which root does not follow', async () => {
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.initCluster(machine, { version });
    await guest.configure(machine, { shared_buffers: '16MB' });
    await run(sh`echo kept >/root/canary && chmod 700 /root
      runuser -u postgres -- ln -sf /root/canary /srv/cornac/data/.service.lock
      runuser -u postgres -- rm -r /srv/cornac/data/log
      runuser -u postgres -- ln -s /root/canary /srv/cornac/data/log`);
    // Both fail, because its log is no directory any more.
    await assert.rejects(guest.startPostgres(machine), { stderr: /could not open log file/ });
    await guest.stopPostgres(machine);
    await guest.prepareDisk(machine).catch(() => {});
    assert.equal(await run(sh`cat /root/canary && stat -c '%U %a' /root/canary`), 'kept\nroot 644\n');
  });
});
