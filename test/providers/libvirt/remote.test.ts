import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';
import { needsLibvirt } from '../../support/libvirt/private.ts';
import { startSshd } from '../../support/libvirt/sshd.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-far', cpus: 1, memoryMiB: 512, diskGiB: 1 };

describe('a libvirt behind SSH', needsLibvirt, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
  });
  after(() => world.remove());

  test('makes and removes machines as a local libvirt does, with uploads', async (t) => {
    const { iaas } = await startSshd(t);
    const provider = await world.open({ iaas: [iaas] });
    t.after(() => provider.close());
    await provider.check();
    const machine = await provider.ensureMachine(spec, noProgress());
    assert.deepEqual(machine, { name: spec.name, state: 'stopped', diskGiB: 1, host: '127.0.0.1' });
    assert.equal((await world.provider.findMachine(spec.name))?.name, spec.name);
    assert.equal((await world.volumes()).length, 4);
    await provider.destroyMachine({ name: spec.name }, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('an unknown host key and a refused user key are errors with what to do', async (t) => {
    const { iaas, directory } = await startSshd(t);
    await writeFile(join(directory, 'empty'), '');
    const stranger = await world.open({
      iaas: [iaas.replace(/known_hosts=.*/, `known_hosts=${directory}/empty`)],
    });
    await assert.rejects(stranger.check(), {
      code: 'Unauthorized',
      retryable: false,
      message: /known hosts/,
    });
    await stranger.close();

    await writeFile(join(directory, 'other'), generateKeyPair().private, { mode: 0o600 });
    const keyless = await world.open({ iaas: [iaas.replace(/keyfile=[^&]*/, `keyfile=${directory}/other`)] });
    await assert.rejects(keyless.check(), { code: 'Unauthorized', message: /rejects Cornac's SSH key/ });
    await keyless.close();
  });
});
