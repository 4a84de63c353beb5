import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { noProgress } from '../../../src/providers/provider.ts';
import { temporaryDirectory } from '../../support/libvirt/files.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const run = promisify(execFile);
const spec = { name: 'cornac-kept', cpus: 1, memoryMiB: 128, diskGiB: 1 };

/** An image as of `build-origin`, without content. */
async function emptyImage(t: TestContext, versions: string): Promise<string> {
  const image = await temporaryDirectory(t);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', join(image, 'root.qcow2'), '64M']);
  // The part of a kernel that QEMU checks before it runs it.
  const kernel = Buffer.alloc(4096);
  kernel.write('HdrS', 0x202);
  kernel.writeUInt16LE(0x200, 0x206);
  await writeFile(join(image, 'vmlinuz'), kernel);
  await writeFile(join(image, 'initrd'), 'initrd');
  await writeFile(join(image, 'versions'), `${versions}\n`);
  return image;
}

describe('the import of build-origin into libvirt', needsLibvirt, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld();
  });
  after(() => world.remove());

  const build = async (t: TestContext, versions: string, ...options: string[]) => {
    const { origin, pool, network } = world.settings;
    const env = { ...process.env, CORNAC_ORIGIN_IMAGE: await emptyImage(t, versions) };
    const place = ['--name', origin, '--pool', pool, '--network', network];
    await run('appliance/build-origin', [...place, ...options], { env });
  };
  const refuses = (building: Promise<void>, why: RegExp) =>
    assert.rejects(building, (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 65, error.stderr);
      assert.match(error.stderr, why);
      return true;
    });
  const volume = (file: string) => world.settings.origin + file;
  const removeVolume = (name: string) => virsh('vol-delete', '--pool', world.settings.pool, name);

  test('replaces an origin without machines only with --replace', async (t) => {
    await build(t, '15.14');
    assert.deepEqual(await world.volumes(), ['-initrd', '-vmlinuz', '.qcow2'].map(volume));
    await world.provider.check();
    await refuses(build(t, '15.15'), /there is a domain .*--replace/);
    assert.deepEqual(await world.provider.listEngineVersions(), ['15.14']);
    await build(t, '15.15', '--replace');
    assert.deepEqual(await world.provider.listEngineVersions(), ['15.15']);
  });

  test('is refused while a machine has a disk based on the origin', async (t) => {
    await world.provider.ensureMachine(spec, noProgress());
    const { origin } = world.settings;
    const domains = await world.domains();
    const volumes = await world.volumes();
    const used = (by: string) => new RegExp(`cannot be replaced, it is used by .*${by}`);
    await refuses(build(t, '16.1', '--replace'), used(`${spec.name},${spec.name}.*root`));

    await virsh('undefine', spec.name);
    await refuses(build(t, '16.1', '--replace'), used(`${spec.name}.*root`));
    await virsh('undefine', origin);
    await refuses(build(t, '16.1', '--replace'), used(`${spec.name}.*root`));
    await refuses(build(t, '16.1'), /there is .*qcow2 in pool .* already/);
    assert.deepEqual(await world.volumes(), volumes);
    assert.deepEqual(
      await world.domains(),
      domains.filter((name) => name !== origin && name !== spec.name),
    );

    await world.provider.destroyMachine(spec, noProgress());
    await build(t, '16.1', '--replace');
    assert.deepEqual(await world.provider.listEngineVersions(), ['16.1']);
  });

  test('is refused while a domain uses the origin by pool and volume, or while the origin runs', async (t) => {
    const { origin, pool } = world.settings;
    await virshXml(
      'define',
      `<domain type='qemu'><name>stranger</name><memory>1024</memory><os><type>hvm</type></os>
      <devices><disk type='volume'><source pool='${pool}' volume='${volume('.qcow2')}'/><target dev='vda'/></disk>
      </devices></domain>`,
    );
    await refuses(build(t, '16.2', '--replace'), /used by stranger:/);
    await virsh('undefine', 'stranger');
    await virsh('start', '--paused', origin);
    await refuses(build(t, '16.2', '--replace'), new RegExp(`used by ${origin}:`));
    await virsh('destroy', origin);
  });

  test('replaces another volume of the same name only with --replace', async (t) => {
    await virsh('undefine', world.settings.origin);
    for (const name of await world.volumes()) await removeVolume(name);
    await virsh('vol-create-as', world.settings.pool, volume('-initrd'), '1M');
    await refuses(build(t, '17.1'), /there is .*-initrd in pool .* already/);
    assert.deepEqual(await world.volumes(), [volume('-initrd')]);
    await build(t, '17.1', '--replace');
    assert.deepEqual(await world.provider.listEngineVersions(), ['17.1']);
    for (const name of await world.volumes()) await removeVolume(name);
  });
});
