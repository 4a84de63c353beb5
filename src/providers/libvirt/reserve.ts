import { type MachineRef, ProviderError } from '../provider.ts';
import { chooseAddress } from './choose-address.ts';
import type { Host } from './host.ts';
import { subnetOf, toNumber } from './ipv4.ts';
import { isOwnMac, macAddresses } from './mac-address.ts';
import { type NetworkChange, updateNetwork } from './network-update.ts';
import { type DhcpHost, dhcpHostXml, dnsHostXml, type OwnDhcp, type Reservation } from './network-xml.ts';
import { type MachineNetwork, type NetworkView, readViews } from './networks.ts';
import { withdraw } from './release.ts';
import { noAddressLeft, refuseName, refuseOthers } from './reserved-by-others.ts';
import { ErrorCode, isLibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';

/** How often in a row other clients may take the chosen address between the look and the reservation. */
const TRIES = 16;

export interface Wanted extends MachineRef {
  /** The MAC address of an existing machine. Absent for a new machine, which gets one of Cornac's addresses. */
  readonly mac?: string | undefined;
  /** The address that the machine must have. */
  readonly address?: string | undefined;
}

/**
 * Returns the machine's reservation in the network: MAC address, IPv4 address and name. Makes a missing one.
 * The DHCP server then leases the address to this MAC address only, and the name resolves without a lease, so
 * that no guest can take the name with a DHCP request. Safe beside other workers, because libvirt refuses a
 * MAC address, IP address or name that is already reserved.
 * @throws ProviderError `Conflict` where the name, MAC address or address is reserved and not by Cornac,
 * `InsufficientCapacity` where no address is left
 */
export async function ensureReservation(
  host: Host,
  network: MachineNetwork,
  wanted: Wanted,
): Promise<Reservation> {
  let refusal = '';
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const views = await readViews(host, network);
    try {
      const reservation = await decide(host, network, views, wanted);
      for (const { dhcp } of views) refuseOthers(host, network, dhcp, reservation);
      for (const view of views) await ensureIn(host, network, view, reservation, wanted);
      return reservation;
    } catch (error) {
      // Another client was quicker: decide again by the present reservations.
      if (!isLibvirtError(error, ErrorCode.operationInvalid)) throw error;
      refusal = error.message;
    }
  }
  const where = `network ${network.name} on ${host.name}`;
  throw new ProviderError('Unavailable', `${where} reserves no address for ${wanted.name}: ${refusal}`);
}

/** The machine's existing reservation, else a new one with free addresses. */
async function decide(
  host: Host,
  network: MachineNetwork,
  views: readonly NetworkView[],
  wanted: Wanted,
): Promise<Reservation> {
  const hosts = views.flatMap(({ dhcp }) => dhcp.hosts);
  const found = hosts.find((one) => isFor(one, wanted));
  const isWanted = wanted.address === undefined || wanted.address === found?.ip;
  if (isWanted && found?.mac !== undefined && found.ip !== undefined) {
    return { mac: found.mac, ip: found.ip, name: wanted.name };
  }

  const [{ dhcp }] = views as [NetworkView];
  const leases = await leasesOf(host, network);
  const taken = new Set([
    ...hosts.map(({ ip }) => ip ?? ''),
    ...views.flatMap((view) => view.dhcp.dns ?? []).map(({ ip }) => ip),
    ...leases.map(({ ip }) => ip),
  ]);
  const macs = new Set([...hosts, ...leases].map(({ mac }) => mac));
  const mac = wanted.mac ?? found?.mac ?? macAddresses(wanted).find((one) => !macs.has(one));
  if (mac === undefined) throw noAddressLeft(host, network);
  // A machine from before reservations keeps its leased address, because clients know it.
  const isReserved = (address: string) => hosts.some(({ ip }) => ip === address);
  const leased = wanted.mac && leases.find((lease) => lease.mac === mac && !isReserved(lease.ip))?.ip;
  const seed = Number.parseInt(mac.replaceAll(':', '').slice(-6), 16);
  const ip = wanted.address
    ? requireAddress(host, network, dhcp, wanted.address, taken)
    : leased || chooseAddress(dhcp, taken, seed);
  if (ip === undefined) throw noAddressLeft(host, network);
  return { mac, ip, name: wanted.name };
}

function isFor({ mac, name }: DhcpHost, wanted: Wanted): boolean {
  if (mac === undefined) return false;
  return wanted.mac === undefined
    ? name === wanted.name && macAddresses(wanted).includes(mac)
    : mac === wanted.mac;
}

function requireAddress(
  host: Host,
  network: MachineNetwork,
  { gateway, prefix }: OwnDhcp,
  address: string,
  taken: ReadonlySet<string>,
): string {
  const { first, last } = subnetOf(gateway, prefix);
  const number = toNumber(address);
  if (number > first && number < last && address !== gateway && !taken.has(address)) return address;
  throw new ProviderError(
    'Configuration',
    `${address} cannot be reserved in network ${network.name} on ${host.name}: it is in use, or does not belong to this network; name another address`,
  );
}

/** Makes the reservation in one view of the network. */
async function ensureIn(
  host: Host,
  network: MachineNetwork,
  { view, dhcp }: NetworkView,
  wanted: Reservation,
  machine: Wanted,
): Promise<void> {
  const { mac, ip, name } = wanted;
  const update = (change: Omit<NetworkChange, 'view'>) =>
    updateNetwork(host, network.net, { ...change, view });
  const isCurrent = (one: DhcpHost) => one.mac === mac && one.ip === ip;
  // Reservations of an earlier machine of this name, whose worker died before it released them.
  const stale = dhcp.hosts.filter((one) => one.name === name && !isCurrent(one));
  for (const { mac: other, ip: place } of stale) {
    if (other === undefined || place === undefined || !(isOwnMac(other) || other === machine.mac)) {
      refuseName(host, network, name);
    }
    await withdraw(host, network, { view, dhcp }, { mac: other, ip: place, name });
  }
  if (!dhcp.hosts.some(isCurrent)) {
    await update({ command: 'add', section: 'dhcpHost', index: dhcp.index, xml: dhcpHostXml(wanted) });
  }
  const named = dhcp.dns?.find(({ names }) => names.includes(name));
  if (dhcp.dns === undefined || named?.ip === ip) return;
  if (named !== undefined && stale.every((one) => one.ip !== named.ip)) refuseName(host, network, name);
  await update({ command: 'add', section: 'dnsHost', xml: dnsHostXml(wanted) });
}

async function leasesOf(host: Host, { net }: MachineNetwork): Promise<{ mac: string; ip: string }[]> {
  const asked = host.call(procedures.networkGetDhcpLeases, {
    ...{ net, mac: undefined },
    ...{ need_results: 1, flags: 0 },
  });
  // A network that is not active has no leases.
  const { items } = (await orMissing(asked, ErrorCode.operationInvalid)) ?? { items: [] };
  return items.map(({ mac = '', ipaddr }) => ({ mac: mac.toLowerCase(), ip: ipaddr }));
}
