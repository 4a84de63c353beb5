import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { needsMachines, place, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-alone', cpus: 1, memoryMiB: 512, diskGiB: 1 };

describe('a full clone with its identity in SMBIOS', needsMachines, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld(place);
  });
  after(() => world?.remove());

  test('makes its own host key, which Cornac reads through the agent, and accepts Cornac’s SSH key', async (t) => {
    const provider = await world.open({ iaas: ['libvirt+qemu:///system?clone=full&identity=smbios'] });
    t.after(() => provider.close());
    await provider.ensureMachine(spec, noProgress());
    const machine = await provider.startMachine(spec.name, noProgress());
    const { stdout } = await world.ssh.run(machine.ssh, sh`hostname; cat /etc/ssh/ssh_host_ed25519_key.pub`);
    assert.equal(stdout, `${spec.name}\n${machine.ssh.hostKey} \n`);
    assert.ok(
      (await virsh('dumpxml', '--inactive', spec.name)).includes(machine.ssh.hostKey),
      'it is pinned for later',
    );
    assert.deepEqual(await world.provider.startMachine(spec.name, noProgress()), machine);
  });
});
