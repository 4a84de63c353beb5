import type { MachineSpec } from '../provider.ts';
import type { Base } from './base.ts';
import { addDataDisk, connectCard, isDisk, type NetworkBacking, placeOf } from './devices.ts';
import { keys, optionValues } from './extra-config.ts';
import type { VcenterSettings } from './iaas-url.ts';
import type { Datastore } from './vcenter-objects.ts';
import type { Ref, Value } from './vim/schema.ts';

/** The parts of a clone. */
export interface CloneParts {
  readonly spec: MachineSpec;
  readonly base: Base;
  readonly pool: Ref;
  readonly host: Ref | undefined;
  readonly datastore: Datastore;
  readonly network: NetworkBacking;
  /** Public keys that the machine accepts. */
  readonly deployKeys: readonly string[];
  readonly extra: VcenterSettings['extraConfig'];
}

/**
 * The whole machine in one call: linked to the origin's snapshot where it has one, sized, with its data disk,
 * plugged into its network, and marked as Cornac's. So after a crash a machine is either complete or not
 * Cornac's.
 */
export function cloneSpec(parts: CloneParts): Value<'VirtualMachineCloneSpec'> {
  const { spec, base, pool, host, datastore, network } = parts;
  return {
    location: {
      datastore: datastore.ref,
      diskMoveType: base.snapshot ? 'createNewChildDiskBacking' : 'moveAllDiskBackingsAndDisallowSharing',
      pool,
      ...(host && { host }),
    },
    template: false,
    config: {
      numCPUs: spec.cpus,
      // vCenter refuses a CPU count that the origin's cores per socket do not divide.
      numCoresPerSocket: 1,
      memoryMB: spec.memoryMiB,
      deviceChange: [
        connectCard(base.devices, network),
        addDataDisk(base.diskPlace, datastore.name, spec.diskGiB),
      ],
      extraConfig: optionValues(notes(parts)),
    },
    powerOn: false,
    ...(base.snapshot && { snapshot: base.snapshot.ref }),
  };
}

function notes({ spec, base, deployKeys, extra }: CloneParts): [string, string][] {
  return [
    // Gives disks their own names below /dev/disk/by-id, so that a person can tell the disks apart.
    ['disk.EnableUUID', 'TRUE'],
    ...extra.map(([key, value]): [string, string] => [key, value]),
    [keys.machine, spec.name],
    ...(spec.owner ? [[keys.owner, spec.owner] satisfies [string, string]] : []),
    [keys.guestMachine, spec.name],
    ...(deployKeys.length > 0
      ? [[keys.guestDeployKeys, deployKeys.map(bare).join(';')] satisfies [string, string]]
      : []),
    [keys.dataDisk, placeOf(base.diskPlace)],
    [keys.originDisks, base.devices.filter(isDisk).map(placeOf).join()],
    [keys.cpus, String(spec.cpus)],
    [keys.memoryMiB, String(spec.memoryMiB)],
    ...(spec.address ? [[keys.address, spec.address] satisfies [string, string]] : []),
  ];
}

function bare(publicKey: string) {
  return publicKey.split(' ', 2).join(' ');
}
