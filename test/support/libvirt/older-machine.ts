import type { LibvirtSettings } from '../../../src/providers/libvirt/libvirt.ts';
import { virsh, virshXml } from './private.ts';

export const OLDER_MAC = '52:54:00:12:34:56';

/** Defines a machine as an older Cornac did: without a reservation, and with a card without guards. */
export async function defineOlderMachine(
  { origin, network }: Pick<LibvirtSettings, 'origin' | 'network'>,
  name: string,
): Promise<void> {
  const definition = await virsh('dumpxml', '--inactive', origin);
  await virshXml(
    'define',
    definition
      .replace(/<name>.*?<\/name>/, `<name>${name}</name>`)
      .replace(/<uuid>.*?<\/uuid>/, '')
      .replace(/<cornac:origin.*<\/cornac:origin>/s, `<cornac:machine xmlns:cornac='urn:cornac:libvirt:1'/>`)
      .replace(
        '</devices>',
        `<interface type='network'><mac address='${OLDER_MAC}'/><source network='${network}'/>
        <model type='virtio'/></interface></devices>`,
      ),
  );
}
