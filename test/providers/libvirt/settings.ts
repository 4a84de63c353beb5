import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createLibvirtProvider, type LibvirtSettings } from '../../../src/providers/libvirt/libvirt.ts';
import { type MachineSpec, noProgress, type ProviderErrorCode } from '../../../src/providers/provider.ts';
import { virsh, virshXml } from '../../support/libvirt/private.ts';
import type { LibvirtWorld } from '../../support/libvirt/world.ts';

/** What provider and check make of settings. @param made is called when the world is there */
export function testSettings(made: () => LibvirtWorld, spec: MachineSpec): void {
  let world: LibvirtWorld;
  before(() => {
    world = made();
  });

  const refuses = (code: ProviderErrorCode, message: RegExp, settings: Partial<LibvirtSettings>) => {
    const provider = createLibvirtProvider({ ...world.settings, ...settings });
    return assert
      .rejects(provider.check(), { name: 'ProviderError', code, message })
      .finally(() => provider.close());
  };

  test('the check of right settings succeeds', () => world.provider.check());

  test('the versions are those of the metadata, unless the URI names others', async () => {
    assert.deepEqual(await world.provider.listEngineVersions(), ['15.14', '16.10']);
    const iaas = ['libvirt+qemu:///system?engine_versions=17.1,15.14&name=kvm2', 'libvirt'];
    const provider = createLibvirtProvider({ ...world.settings, iaas });
    assert.deepEqual(await provider.listEngineVersions(), ['15.14']);
    await provider.close();
  });

  test('a wrong setting is named in the error, with what to do', async () => {
    await refuses('Configuration', /has no storage pool nowhere: .*STORAGE_POOL/, { pool: 'nowhere' });
    await refuses('Configuration', /has no network nowhere: .*NETWORK/, { network: 'nowhere' });
    await refuses('OriginNotFound', /no domain nothing: .*build-origin.*MACHINE_ORIGIN/, {
      origin: 'nothing',
    });
    await refuses('Unavailable', /does not exist: install libvirt/, {
      iaas: ['libvirt+qemu:///system?socket=/none'],
    });
  });

  test('an inactive network and an inactive pool are named in the error', async () => {
    await virshXml('net-define', `<network><name>asleep</name></network>`);
    await refuses('Configuration', /virsh net-start asleep/, { network: 'asleep' });
    await virsh('net-undefine', 'asleep');
    await virshXml(
      'pool-define',
      `<pool type='dir'><name>asleep</name><target><path>/tmp</path></target></pool>`,
    );
    await refuses('Configuration', /virsh pool-start asleep/, { pool: 'asleep' });
    await virsh('pool-undefine', 'asleep');
  });

  test('a pool whose volumes are devices is refused', async () => {
    await virshXml(
      'pool-define',
      `<pool type='logical'><name>lvm</name><source><name>lvm</name></source><target><path>/dev/lvm</path></target></pool>`,
    );
    await refuses(
      'Configuration',
      /lvm .* has the type logical: name a pool of files \(dir, .*STORAGE_POOL/,
      {
        pool: 'lvm',
      },
    );
    await virsh('pool-undefine', 'lvm');
  });

  test('an origin without versions or with a disk outside of pools is refused', async () => {
    const define = (name: string, path: string) =>
      virshXml(
        'define',
        `<domain type='qemu'><name>${name}</name><memory>1024</memory><os><type>hvm</type></os>
        <devices><disk type='file'><source file='${path}'/><target dev='vda'/></disk></devices></domain>`,
      );
    await define('homeless', '/somewhere/else.qcow2');
    await refuses('Configuration', /is not a volume of a storage pool/, { origin: 'homeless' });
    await define('silent', await virsh('vol-path', '--pool', world.settings.pool, 'origin.qcow2'));
    await refuses('Configuration', /append \?engine_versions=/, { origin: 'silent' });
    for (const name of ['homeless', 'silent']) await virsh('undefine', name);
  });

  test('a running origin is refused', async () => {
    await virsh('start', world.settings.origin);
    await refuses('OriginBusy', /is running: shut it down/, {});
    await assert.rejects(world.provider.ensureMachine(spec, noProgress()), {
      code: 'OriginBusy',
      retryable: true,
    });
    await virsh('destroy', world.settings.origin);
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });
}
