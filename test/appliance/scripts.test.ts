import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { makeMachine, needsOverlay } from './machine.ts';

suite('a script of the origin', needsOverlay, () => {
  const own = {
    '/etc/lvm/devices/system.devices':
      'VERSION=1.1.2\nIDTYPE=sys_wwid IDNAME=naa.6000c29a DEVNAME=/dev/sda3\n',
    '/etc/lvm/devices/backup/system.devices-20261125': 'VERSION=1.1.1\n',
    '/etc/ssh/ssh_host_ed25519_key': 'secret\n',
    '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  };
  const left = "cat /etc/machine-id; find /etc/lvm/devices /etc/ssh -name 'system*' -o -name 'ssh_host_*'";

  test('takes the ids of its disks away, with all that a clone must not have', async (t) => {
    const machine = await makeMachine(t, own);
    assert.equal((await machine.boot('roles/origin/files/cornac-seal')).status, 0);
    assert.equal((await machine.run(left)).stdout, '');
  });

  for (const stamp of ['identity', 'vmware-identity']) {
    test(`leaves them where they are on a machine with the stamp ${stamp}`, async (t) => {
      const machine = await makeMachine(t, { ...own, [`/var/lib/cornac/${stamp}`]: 'cornac-a\n' });
      assert.equal((await machine.boot('roles/origin/files/cornac-seal')).status, 0);
      assert.equal((await machine.run(left)).stdout.trim().split('\n').length, 4);
    });
  }

  test('gives a lease back, and runs nothing of what the DHCP server said', async (t) => {
    const server = createSocket('udp4').bind(67, '127.91.67.1');
    t.after(() => server.close());
    await once(server, 'listening');
    const lease = [
      'ADDRESS=127.91.67.9',
      'SERVER_ADDRESS=127.91.67.1',
      'ROOT_PATH=/$(touch /run/owned)',
      'SERVER_ADDRESS=`touch /run/owned`',
      'touch /run/owned',
      'CLIENTID=01525400c0ffee',
    ];
    const machine = await makeMachine(t, { '/run/systemd/netif/leases/2': `${lease.join('\n')}\n` });
    const sent = once(server, 'message');
    assert.equal((await machine.boot('release-lease')).stderr, '');
    assert.equal((await machine.run('ls /run/owned')).stdout, '');
    const [packet] = await sent;
    const [address, mac, message] = [packet.subarray(12, 16), packet.subarray(28, 34), packet[242]];
    assert.deepEqual([[...address], mac.toString('hex'), message], [[127, 91, 67, 9], '525400c0ffee', 7]);
  });
});
