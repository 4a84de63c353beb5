import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { place, virsh, virshXml } from './private.ts';

const run = promisify(execFile);

/** Waits for the end of `origin-by-ssh`, which runs beside the tests. @returns its directory */
export async function originBySsh(): Promise<string> {
  const { TEST_SSH_ORIGIN: given, TEST_LIBVIRT: place = '' } = process.env;
  if (given) return given;
  const made = join(place, 'by-ssh');
  // The script holds the lock while it runs, however it ends.
  await run('flock', ['--shared', made, 'true']);
  const image = (await readFile(made, 'utf8')).trim();
  assert.ok(image, `origin-by-ssh failed:\n${await readFile(`${made}.log`, 'utf8')}`);
  return image;
}

/**
 * Defines a virtual machine as an administrator would, without anything of Cornac, with the disk that
 * `origin-by-ssh` has made. Then does with it what the appliance's README says.
 */
export async function defineOwnOrigin(name: string, image: string): Promise<void> {
  const upload = async (file: string) => {
    const volume = `${name}-${file}`;
    const size = String((await stat(join(image, file))).size);
    await virsh('vol-create-as', place.pool, volume, size, '--format', 'raw');
    await virsh('vol-upload', '--pool', place.pool, volume, join(image, file));
    return virsh('vol-path', '--pool', place.pool, volume);
  };
  const [disk, kernel, initrd] = [
    await upload('root.qcow2'),
    await upload('vmlinuz'),
    await upload('initrd'),
  ];
  await virsh('pool-refresh', place.pool);
  const capabilities = virsh('domcapabilities', '--virttype', 'kvm');
  const type = await capabilities.then(
    () => 'kvm',
    () => 'qemu',
  );
  await virshXml(
    'define',
    `<domain type='${type}'><name>${name}</name><memory unit='MiB'>1024</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type><kernel>${kernel}</kernel><initrd>${initrd}</initrd>
    <cmdline>root=/dev/vda rw</cmdline></os>
    <features><acpi/><apic/></features><cpu mode='maximum'/><clock offset='utc'/>
    <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${disk}'/>
    <target dev='vda' bus='virtio'/></disk>
    <interface type='network'><source network='${place.network}'/><model type='virtio'/></interface>
    <console type='pty'/><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <input type='tablet' bus='usb'/><graphics type='vnc' port='-1'/><video><model type='vga'/></video>
    <memballoon model='virtio'/><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    </devices></domain>`,
  );
  const versions = (await readFile(join(image, 'versions'), 'utf8')).trim().split('\n');
  const origin = versions.map((version) => `<postgresql version="${version}"/>`).join('');
  await virsh(
    ...['metadata', name, 'urn:cornac:libvirt:1', '--key', 'cornac', '--config'],
    ...['--set', `<origin>${origin}</origin>`],
  );
}
