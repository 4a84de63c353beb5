import { type Card, cardXml } from './card.ts';
import { ownDevice, ownSysinfo } from './own-device.ts';
import { type Element, element, find, findAll, parseXml, renderXml, replace, without } from './xml.ts';

/** Namespace of Cornac's elements in a domain's metadata. */
export const NAMESPACE = 'urn:cornac:libvirt:1';

/** A virtual disk of a machine, as its definition names it. */
export interface DiskSource {
  readonly path: string;
  readonly format: 'qcow2' | 'raw';
}

export interface MachineXml {
  readonly name: string;
  /** DbiResourceId of the instance that the machine belongs to. */
  readonly owner?: string | undefined;
  readonly uuid: string;
  readonly card: Card;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly root: DiskSource;
  readonly data: DiskSource;
  readonly seed?: DiskSource | undefined;
  /** SMBIOS OEM strings: credentials that systemd reads in the guest. */
  readonly oemStrings?: readonly string[] | undefined;
  /** SSH host key in one line, if it is known before the first boot. */
  readonly hostKey?: string | undefined;
}

/** Serial of the data disk: the guest finds it below /dev/disk/by-id. */
export const DATA_SERIAL = 'pgdata';
export const SEED_SERIAL = 'seed';

/**
 * The definition of a machine, made from the definition of its origin: its own name, UUID, MAC address and
 * disks, and the requested sizes. Everything else of the origin (firmware, CPU model, graphics, …) stays.
 */
export function machineXml(template: string, machine: MachineXml): string {
  const origin = parseXml(template);
  const kept = without(
    origin,
    'title',
    'description',
    'maxMemory',
    'numatune',
    'seclabel',
    'vcpus',
    'cputune',
  );
  const { id, ...attributes } = kept.attributes;
  const sized = resized({ ...kept, attributes }, machine.cpus, machine.memoryMiB);
  const sysinfo = machine.oemStrings?.map((text) => element('entry', {}, text));
  return renderXml(
    replace(
      sized,
      element('name', {}, machine.name),
      element('uuid', {}, machine.uuid),
      element('metadata', {}, [element('cornac:machine', machineMetadata(machine))]),
      osOf(origin, sysinfo !== undefined),
      // An empty element makes libvirt generate a value.
      ...findAll(origin, 'genid').map(() => element('genid')),
      ...(sysinfo === undefined
        ? findAll(origin, 'sysinfo').map(ownSysinfo)
        : [element('sysinfo', { type: 'smbios' }, [element('oemStrings', {}, sysinfo)])]),
      devicesOf(origin, machine),
    ),
  );
}

/** The same definition with other sizes. */
export function resizedXml(definition: string, cpus: number, memoryMiB: number): string {
  return renderXml(resized(parseXml(definition), cpus, memoryMiB));
}

/** CPUs and memory of a definition. */
export function sizesOf(definition: string): { cpus: number; memoryMiB: number } {
  const domain = parseXml(definition);
  const memory = find(domain, 'memory');
  const kib = { KiB: 1, MiB: 1024, GiB: 1024 ** 2 }[memory?.attributes.unit ?? 'KiB'] ?? 1;
  return {
    cpus: Number(find(domain, 'vcpu')?.text),
    memoryMiB: Math.round((Number(memory?.text) * kib) / 1024),
  };
}

function resized(domain: Element, cpus: number, memoryMiB: number): Element {
  const cpu = find(domain, 'cpu');
  return replace(
    domain,
    element('memory', { unit: 'MiB' }, memoryMiB),
    element('currentMemory', { unit: 'MiB' }, memoryMiB),
    element('vcpu', {}, cpus),
    // Dropped, because the origin's sockets and cores would have to multiply to the number of CPUs, and its
    // NUMA cells would have to add up to the memory.
    ...(cpu === undefined ? [] : [without(cpu, 'topology', 'numa')]),
  );
}

function machineMetadata({ owner, hostKey }: Pick<MachineXml, 'owner' | 'hostKey'>) {
  return {
    'xmlns:cornac': NAMESPACE,
    ...(owner === undefined ? {} : { owner }),
    ...(hostKey === undefined ? {} : { hostKey }),
  };
}

function osOf(origin: Element, smbios: boolean): Element {
  const os = find(origin, 'os') ?? element('os');
  // Without a path libvirt gives each machine firmware variables of its own, from the same template.
  const nvram = findAll(os, 'nvram').map((one) => ({ ...one, children: [], text: '' }));
  return replace(os, ...nvram, ...(smbios ? [element('smbios', { mode: 'sysinfo' })] : []));
}

/** The location of a disk: a path, or a volume of a pool. */
export type DiskPlace = { readonly path: string } | { readonly pool: string; readonly volume: string };

/** The disk that a machine boots from: the disk with the lowest boot order, else the first. */
export function systemDisk(definition: string): (DiskPlace & { target: string; bus: string }) | undefined {
  const disk = systemDiskOf(parseXml(definition));
  const { file, dev, pool, volume } = find(disk, 'source')?.attributes ?? {};
  const path = file ?? dev;
  const target = find(disk, 'target')?.attributes;
  if (target?.dev === undefined) return undefined;
  const at = { target: target.dev, bus: target.bus ?? 'virtio' };
  if (path !== undefined) return { path, ...at };
  return pool !== undefined && volume !== undefined ? { pool, volume, ...at } : undefined;
}

function systemDiskOf(domain: Element): Element | undefined {
  const order = (disk: Element) => Number(find(disk, 'boot')?.attributes.order ?? Number.POSITIVE_INFINITY);
  return findAll(domain, 'devices', 'disk')
    .filter(({ attributes }) => (attributes.device ?? 'disk') === 'disk')
    .reduce<Element | undefined>(
      (best, disk) => (best === undefined || order(disk) < order(best) ? disk : best),
      undefined,
    );
}

function devicesOf(origin: Element, machine: MachineXml): Element {
  const devices = find(origin, 'devices') ?? element('devices');
  const template = find(systemDiskOf(origin), 'target')?.attributes ?? {};
  const target = { dev: 'vda', bus: 'virtio', ...template };
  const names = ['vdb', 'vdc', 'vdd'].filter((name) => name !== target.dev);
  const boot = findAll(systemDiskOf(origin), 'boot');
  const disks = [
    disk(machine.root, target, boot),
    disk(machine.data, { dev: names[0] ?? '', bus: 'virtio' }, [element('serial', {}, DATA_SERIAL)]),
    ...(machine.seed === undefined
      ? []
      : [
          disk(machine.seed, { dev: names[1] ?? '', bus: 'virtio' }, [
            element('readonly'),
            element('serial', {}, SEED_SERIAL),
          ]),
        ]),
  ];
  const others = devices.children
    .filter(
      ({ name, attributes }) =>
        !(name === 'disk' || name === 'interface' || isPciController(name, attributes)),
    )
    .map(ownDevice);
  const agent = others.some((one) => find(one, 'target')?.attributes.name === AGENT) ? [] : [agentChannel()];
  return element('devices', {}, [
    ...others,
    ...agent,
    ...disks,
    cardXml(find(devices, 'interface'), machine.card),
  ]);
}

/** Libvirt adds the PCI controllers that the new set of devices needs. */
function isPciController(name: string, { type }: Readonly<Record<string, string>>) {
  return name === 'controller' && type === 'pci';
}

const AGENT = 'org.qemu.guest_agent.0';
function agentChannel() {
  return element('channel', { type: 'unix' }, [element('target', { type: 'virtio', name: AGENT })]);
}

function disk(source: DiskSource, target: Record<string, string>, more: readonly Element[]): Element {
  return element('disk', { type: 'file', device: 'disk' }, [
    element('driver', { name: 'qemu', type: source.format, discard: 'unmap' }),
    element('source', { file: source.path }),
    element('target', target),
    ...more,
  ]);
}

/** A disk of a definition by its serial, as libvirt wrote it. */
export function diskBySerial(
  definition: string,
  serial: string,
): { xml: string; target: string; path: string } | undefined {
  const found = findAll(parseXml(definition), 'devices', 'disk').find(
    (one) => find(one, 'serial')?.text === serial,
  );
  const target = find(found, 'target')?.attributes.dev;
  const source = find(found, 'source')?.attributes;
  const path = source?.file ?? source?.dev;
  if (found === undefined || target === undefined || path === undefined) return undefined;
  return { xml: renderXml(found), target, path };
}

/** Path of the disk that the machine has under this target, e.g. `vdb`. */
export function diskPathOf(definition: string, target: string): string | undefined {
  const found = findAll(parseXml(definition), 'devices', 'disk').find(
    (one) => find(one, 'target')?.attributes.dev === target,
  );
  const source = find(found, 'source')?.attributes;
  return source?.file ?? source?.dev;
}

/** Paths of all disks of a definition. */
export function diskPaths(definition: string): string[] {
  return findAll(parseXml(definition), 'devices', 'disk', 'source')
    .map(({ attributes }) => attributes.file ?? attributes.dev)
    .filter((path) => path !== undefined);
}

/** Cornac's metadata of a machine; undefined where Cornac did not make the machine. */
export function readMachineMetadata(
  definition: string,
): { owner: string | undefined; hostKey: string | undefined } | undefined {
  const machine = cornacMetadata(definition, 'machine');
  return machine && { owner: machine.attributes.owner, hostKey: machine.attributes.hostKey };
}

/** Versions of PostgreSQL that `appliance/build-origin` wrote into the metadata of the origin. */
export function readOriginVersions(definition: string): string[] {
  return findAll(cornacMetadata(definition, 'origin'), 'cornac:postgresql')
    .map(({ attributes }) => attributes.version)
    .filter((version) => version !== undefined);
}

function cornacMetadata(definition: string, kind: string): Element | undefined {
  return findAll(parseXml(definition), 'metadata', `cornac:${kind}`).find(
    ({ attributes }) => attributes['xmlns:cornac'] === NAMESPACE,
  );
}

/** MAC address of the first network interface. */
export function macOf(definition: string): string | undefined {
  return find(parseXml(definition), 'devices', 'interface', 'mac')?.attributes.address;
}
