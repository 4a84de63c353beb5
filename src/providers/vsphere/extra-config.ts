import { z } from 'zod';
import type { Value } from './vim/schema.ts';

/**
 * What Cornac records in a machine's advanced configuration. A guest, and every user in it, can write keys
 * that begin with `guestinfo.`, and only those. Of these Cornac trusts only the host key, and only until it
 * has pinned one. The guest trusts its machine name and keys at its first boot, when only the origin's own
 * programs run there.
 */
export const keys = {
  /** The machine's name, on every machine that Cornac made. A machine without this key is not Cornac's. */
  machine: 'cornac.machine',
  /** DbiResourceId of the instance that owns the machine. */
  owner: 'cornac.owner',
  /** vCenter's time at the end of the preparation, which happens once, before the first start. */
  prepared: 'cornac.prepared',
  /** `controllerKey:unitNumber` of the data disk. */
  dataDisk: 'cornac.data_disk',
  /** The places of the disks that the machine got from its origin, with commas. Earlier machines lack it. */
  originDisks: 'cornac.origin_disks',
  /** CPUs and memory from the next start on. */
  cpus: 'cornac.cpus',
  memoryMiB: 'cornac.memory_mib',
  /** The requested address. Without it DHCP assigns one. */
  address: 'cornac.address',
  /** The pinned SSH host key. */
  hostKey: 'cornac.ssh_host_key',
  /** The host key that the guest reports at its first start: see cornac-vmware-identity of the appliance. */
  guestHostKey: 'guestinfo.cornac.ssh_host_key',
  guestMachine: 'guestinfo.cornac.machine',
  /** Public keys without comments, separated by semicolons. */
  guestDeployKeys: 'guestinfo.cornac.deploy_keys',
  /** On the origin: its PostgreSQL versions. */
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
