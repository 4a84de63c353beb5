import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLibvirtProvider } from '../../../src/providers/libvirt/libvirt.ts';

test('versions that the origins of all reachable hosts have are listed', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'cornac-versions-'));
  const socket = join(dir, 'libvirt-sock');
  // A libvirt that accepts connections and closes them, as during a restart.
  const server = createServer((connection) => connection.destroy()).listen(socket);
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    await rm(dir, { recursive: true });
  });
  const away = (name: string) => `libvirt+qemu:///system?name=${name}&socket=${socket}`;
  const offered = async (...iaas: string[]) => {
    const provider = createLibvirtProvider({
      iaas,
      origin: 'cornac--origin',
      pool: 'default',
      network: 'default',
      prefix: 'cornac-',
      dnsDomain: undefined,
      publicKeys: [],
    });
    return provider.listEngineVersions().finally(() => provider.close());
  };
  const one = 'libvirt+qemu:///system?name=kvm1&engine_versions=15.14,16.10';
  const two = 'libvirt+qemu:///system?name=kvm2&engine_versions=16.10,17.6';

  assert.deepEqual(await offered(one, two), ['16.10']);
  assert.deepEqual(await offered(away('kvm3'), one), ['15.14', '16.10']);
  await assert.rejects(offered(away('kvm3'), away('kvm4')), { code: 'Unavailable', message: /kvm3/ });
});
