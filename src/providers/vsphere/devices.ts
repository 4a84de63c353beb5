import { z } from 'zod';
import { GIB, KIB_PER_GIB } from '../../system/units.ts';
import type { Ref, Value } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';

const int = z.coerce.number().int();

/** The properties of a virtual device that Cornac reads. */
export const device = z.looseObject({
  // May be missing for a device type that is newer than the client's version of the schema.
  $type: z.string().default(''),
  key: int,
  controllerKey: int.optional(),
  unitNumber: int.optional(),
  busNumber: int.optional(),
  deviceInfo: z.looseObject({ label: z.string() }).optional().catch(undefined),
  capacityInKB: int.optional(),
  backing: z
    .looseObject({
      fileName: z.string().optional(),
      datastore: ref.optional(),
      parent: z.unknown().optional(),
    })
    .optional(),
});
export type Device = z.output<typeof device>;

type DeviceChange = NonNullable<Value<'VirtualMachineConfigSpec'>['deviceChange']>[number];
const SPEC_TYPE = 'VirtualDeviceConfigSpec';

/** What a network card is plugged into: a standard network (by name) or a distributed port group (by key). */
export type NetworkBacking =
  | { readonly kind: 'standard'; readonly name: string; readonly ref: Ref }
  | {
      readonly kind: 'distributed';
      readonly switchUuid: string;
      readonly portgroupKey: string;
      readonly ref: Ref;
    };

export function isDisk({ $type }: Device) {
  return $type === 'VirtualDisk';
}
/** `controllerKey:unitNumber`, which a clone has in common with its origin. */
export function placeOf({ controllerKey, unitNumber }: Pick<Device, 'controllerKey' | 'unitNumber'>): string {
  return `${controllerKey}:${unitNumber}`;
}
/** Controllers whose disks the guest names `*-scsi-0:0:UNIT:0`. LSI Logic SAS gives other names. */
export function isScsi({ $type }: Device) {
  return /^(ParaVirtualSCSIController|VirtualLsiLogicController|VirtualBusLogicController)$/.test($type);
}
const cards = [
  'VirtualVmxnet3',
  'VirtualVmxnet2',
  'VirtualE1000',
  'VirtualE1000e',
  'VirtualPCNet32',
] as const;
type Card = (typeof cards)[number];
function isCard(candidate: Device): candidate is Device & { $type: Card } {
  return (cards as readonly string[]).includes(candidate.$type);
}

/** The card that Cornac uses. Servers return devices in any order, but their keys are ordered. */
export function firstCard(devices: readonly Device[]) {
  return devices.filter(isCard).sort((a, b) => a.key - b.key)[0];
}

/** Number of network adapters of any type. */
export function countCards(devices: readonly Device[]): number {
  return devices.filter(({ $type }) => /^Virtual(Vmxnet\w*|E1000e?|PCNet32|SriovEthernetCard)$/.test($type))
    .length;
}

/** Adds an empty thin data disk. @param datastore the datastore's name */
export function addDataDisk(
  place: { readonly controllerKey: number; readonly unitNumber: number },
  datastore: string,
  diskGiB: number,
): DeviceChange {
  return {
    $type: SPEC_TYPE,
    operation: 'add',
    fileOperation: 'create',
    device: {
      $type: 'VirtualDisk',
      key: -101,
      backing: {
        $type: 'VirtualDiskFlatVer2BackingInfo',
        fileName: `[${datastore}]`,
        diskMode: 'persistent',
        thinProvisioned: true,
      },
      ...place,
      ...capacity(diskGiB),
    },
  };
}

/** Plugs the first network card of the origin into `network`; adds a card where the origin has none. */
export function connectCard(devices: readonly Device[], network: NetworkBacking): DeviceChange {
  const card = firstCard(devices);
  const common = {
    backing: networkBacking(network),
    connectable: { startConnected: true, allowGuestControl: true, connected: false },
  };
  if (card) {
    return { $type: SPEC_TYPE, operation: 'edit', device: { $type: card.$type, key: card.key, ...common } };
  }
  const device = { $type: 'VirtualVmxnet3', key: -102, ...common, addressType: 'generated' } as const;
  return { $type: SPEC_TYPE, operation: 'add', device };
}

function networkBacking(network: NetworkBacking) {
  if (network.kind === 'standard') {
    return {
      $type: 'VirtualEthernetCardNetworkBackingInfo',
      deviceName: network.name,
      network: network.ref,
    } as const;
  }
  const { switchUuid, portgroupKey } = network;
  const port = { switchUuid, portgroupKey };
  return { $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo', port } as const;
}

/** Grows `disk`. The machine may run meanwhile. */
export function growDisk(disk: Device, diskGiB: number): DeviceChange {
  return {
    $type: SPEC_TYPE,
    operation: 'edit',
    device: {
      $type: 'VirtualDisk',
      key: disk.key,
      backing: {
        $type: 'VirtualDiskFlatVer2BackingInfo',
        fileName: disk.backing?.fileName ?? '',
        diskMode: 'persistent',
      },
      controllerKey: disk.controllerKey ?? 0,
      unitNumber: disk.unitNumber ?? 0,
      ...capacity(diskGiB),
    },
  };
}

// Both values, because not every server derives one from the other.
function capacity(diskGiB: number) {
  return {
    capacityInKB: diskGiB * KIB_PER_GIB,
    capacityInBytes: diskGiB * GIB,
  };
}
