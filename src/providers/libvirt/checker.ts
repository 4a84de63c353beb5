import { checkValue, resultsOf, right, unknown, wrong } from '../check-results.ts';
import type { Checker, CheckResult } from '../provider.ts';
import { describeRoomInGib, requireRoom } from '../room.ts';
import { checkNetwork, checkPool } from './check.ts';
import { createHost, type Host, onHost } from './host.ts';
import { type LibvirtSettings, libvirtUris } from './libvirt.ts';
import { type MachineNetwork, openNetwork } from './networks.ts';
import { getOrigin, originVersions } from './origin.ts';
import { roomOn } from './placement.ts';
import * as procedures from './rpc/procedures.ts';
import { parseXml } from './xml.ts';

/** What no call to libvirt can check. */
const HIDDEN: readonly CheckResult[] = [
  unknown(
    'addresses',
    'whether Cornac reaches port 22 of machines on NETWORK becomes known with the first machine',
  ),
  unknown(
    'appliance',
    'whether the origin was sealed when it was shut down becomes known with the first machine',
  ),
];

/** Checks each libvirt before the first clone. @throws ProviderError `Configuration` on an invalid IAAS */
export function createLibvirtChecker(settings: LibvirtSettings): Checker {
  const hosts = libvirtUris(settings).map((uri) => createHost(uri, settings));
  return {
    async *check() {
      for (const host of hosts) yield* checkHost(host, settings);
      yield* HIDDEN;
    },
    close: async () => {
      for (const host of hosts) host.close();
    },
  };
}

async function* checkHost(host: Host, settings: LibvirtSettings): AsyncIterable<CheckResult> {
  const look = <T>(what: string, find: () => Promise<T>, describe?: (value: T) => string) =>
    checkValue(what, () => onHost(host, find), describe);
  const results = (what: string, check: () => Promise<CheckResult[]>) =>
    resultsOf(what, () => onHost(host, check));

  const connection = await look('libvirt', () => host.call(procedures.connectGetLibVersion, undefined));
  if (!connection.value) {
    yield* connection.results;
    return;
  }
  yield checkVersion(host.name, connection.value.version);

  yield* (
    await look(
      'STORAGE_POOL',
      () => checkPool(host),
      ({ name }) => `${name} is active and stores files`,
    )
  ).results;
  yield* await results('NETWORK', async () => describeNetwork(host, await openNetwork(host)));
  const { inventoryNetwork } = settings;
  if (inventoryNetwork !== undefined) {
    const what = 'INVENTORY_NETWORK';
    yield* await results(what, async () =>
      describeNetwork(host, await openNetwork(host, inventoryNetwork, what), what),
    );
  }
  const origin = await look(
    'MACHINE_ORIGIN',
    () => getOrigin(host),
    () => `${settings.origin} is off`,
  );
  yield* origin.results;
  if (!origin.value) return;
  yield checkAcceleration(origin.value.definition);
  yield* (
    await look(
      'PostgreSQL',
      () => originVersions(host),
      (versions) => versions.join(', '),
    )
  ).results;
  const smallest = { name: settings.prefix, memoryMiB: 1024, diskGiB: 5 };
  const room = async () => {
    const found = await roomOn(host, settings.prefix);
    requireRoom(found, smallest);
    return found;
  };
  yield* (await look('room', room, describeRoomInGib)).results;
}

const OLDEST = 6_008_000;

/** @param version as libvirt returns it, e.g. 9000000 for 9.0.0 */
export function checkVersion(host: string, version: number): CheckResult {
  const parts = [Math.floor(version / 1_000_000), Math.floor(version / 1000) % 1000, version % 1000];
  const found = `${parts.join('.')} answers on ${host}`;
  if (version >= OLDEST) return right('libvirt', found);
  return wrong('libvirt', `${found}, which is too old`, 'install libvirt 6.8 or newer on the host');
}

async function describeNetwork(
  host: Host,
  network: MachineNetwork,
  what = 'NETWORK',
): Promise<CheckResult[]> {
  await checkNetwork(host, network);
  const { name, dhcp, bridged } = network;
  const filters = host.options.filter === 'off';
  return [
    right(what, `${name} is active${dhcp ? ', and libvirt assigns its addresses' : ''}`),
    ...(dhcp ? [] : [unknown(what, `whether a DHCP server answers on ${name}: libvirt does not`)]),
    ...(dhcp && !dhcp.dns
      ? [unknown(what, `whether a DNS server answers on ${name}: libvirt does not`)]
      : []),
    ...(bridged && !filters ? [right('network filters', 'exist')] : []),
    ...(bridged && filters
      ? [unknown('network filters', 'filter=off: whether machines impersonate others')]
      : []),
  ];
}

/** Checks the origin's type, because clones have the same. */
export function checkAcceleration(definition: string): CheckResult {
  const { type = 'unknown' } = parseXml(definition).attributes;
  if (type === 'kvm') return right('KVM', 'machines use it');
  const next = 'if the host has KVM (/dev/kvm), define the origin again as <domain type="kvm">';
  return unknown(
    'KVM',
    `the origin is of type ${type}, emulated and many times slower: whether this is intended`,
    next,
  );
}
