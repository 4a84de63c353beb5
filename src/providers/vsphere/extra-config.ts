import { z } from 'zod';
import type { Value } from './vim/schema.ts';

/**
 * What Cornac notes in a machine's advanced configuration. A guest, and every user of it, can write keys that begin with
 * `guestinfo.`, and only those. Of these Cornac believes the host key, until it has pinned one, and the guest believes
 * its machine's name and keys at its first boot: before anybody else than the origin's own programs runs there.
 */
export const keys = {
  /** The machine's name, on every machine that Cornac made: what lacks it is not ours. */
  machine: 'cornac.machine',
  /** DbiResourceId of the instance that it is for. */
  owner: 'cornac.owner',
  /** When all was done that is done once, before the first start, by vCenter's clock. */
  prepared: 'cornac.prepared',
  /** `controllerKey:unitNumber` of the data disk. */
  dataDisk: 'cornac.data_disk',
  /** CPUs and memory that the machine has from its next start. */
  cpus: 'cornac.cpus',
  memoryMiB: 'cornac.memory_mib',
  /** The address that was asked for; without it DHCP gives one. */
  address: 'cornac.address',
  /** The pinned SSH host key. */
  hostKey: 'cornac.ssh_host_key',
  /** The same as the guest tells it at its first start: see cornac-vmware-identity of the appliance. */
  guestHostKey: 'guestinfo.cornac.ssh_host_key',
  guestMachine: 'guestinfo.cornac.machine',
  /** Public keys without comments, semicolons between them. */
  guestDeployKeys: 'guestinfo.cornac.deploy_keys',
  /** On the origin: versions of PostgreSQL. */
  engineVersions: 'cornac.engine_versions',
} as const;

/** `config.extraConfig` as a map. */
export const extraConfig = z
  .array(z.looseObject({ key: z.string(), value: z.unknown() }))
  .transform((options) => new Map(options.map(({ key, value }) => [key, String(value ?? '')])));
export type ExtraConfig = z.output<typeof extraConfig>;

export function optionValues(
  entries: Iterable<readonly [key: string, value: string]>,
): NonNullable<Value<'VirtualMachineConfigSpec'>['extraConfig']> {
  return [...entries].map(([key, value]) => ({ $type: 'OptionValue', key, value }));
}
