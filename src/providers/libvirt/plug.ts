import type { MachineSpec } from '../provider.ts';
import { type Card, type Guards, isGuarded, readCard, withGuards } from './card.ts';
import { ensureFilter } from './filter.ts';
import type { Host } from './host.ts';
import { subnetOf, toAddress } from './ipv4.ts';
import { macAddresses } from './mac-address.ts';
import { type OwnDomain, stateOf } from './machine.ts';
import type { Reservation } from './network-xml.ts';
import { type MachineNetwork, openNetwork } from './networks.ts';
import { ensureReservation, releaseReservation, renewReservation, type Wanted } from './reserve.ts';
import * as procedures from './rpc/procedures.ts';

/** The card of a machine that is still to be made, with all that the network keeps for it. */
export async function planCard(host: Host, spec: MachineSpec): Promise<Card> {
  const network = await openNetwork(host, spec.network, 'INVENTORY_NETWORK');
  const reserved = network.dhcp && (await ensureReservation(host, network, spec));
  const mac = reserved?.mac ?? macAddresses(spec)[0] ?? '';
  return { mac, network: network.name, ...(await guards(host, network, reserved)) };
}

/**
 * Sees to it that a machine has what `planCard` gives new ones, from its next start on: one that an older Cornac made
 * has nothing of it, and an administrator may have defined the network anew.
 * @returns the address that is reserved for it, where libvirt gives addresses in its network
 */
export async function ensurePlugged(host: Host, machine: OwnDomain): Promise<string | undefined> {
  const { domain, definition, owner } = machine;
  const card = readCard(definition);
  if (card.network === undefined || card.mac === undefined) return undefined;
  const network = await openNetwork(host, card.network);
  const wanted: Wanted = { name: domain.name, ...(owner !== undefined && { owner }), mac: card.mac };
  const reserved = network.dhcp && (await ensureReservation(host, network, wanted));
  const guarded = await guards(host, network, reserved);
  if (!isGuarded(card, guarded)) {
    const xml = withGuards(definition, guarded);
    await host.call(procedures.domainDefineXmlFlags, { xml, flags: 0 });
  }
  if (reserved !== undefined && (await stateOf(host, domain)) === 'stopped')
    await renewReservation(host, network, reserved);
  return reserved?.ip;
}

/** The address that libvirt keeps for a machine, if it gives addresses in the machine's network. Changes nothing. */
export async function findReserved(host: Host, definition: string): Promise<string | undefined> {
  const { network, mac } = readCard(definition);
  if (network === undefined || mac === undefined) return undefined;
  const { dhcp } = await openNetwork(host, network);
  return dhcp?.hosts.find((one) => one.mac === mac)?.ip;
}

/** Gives back what networks keep for a machine, which may never have been made. */
export async function unplug(host: Host, machine: Wanted, networks: readonly string[]): Promise<void> {
  for (const name of new Set(networks)) {
    if ((await host.findNetwork(name)) !== undefined)
      await releaseReservation(host, await openNetwork(host, name), machine);
  }
}

async function guards(
  host: Host,
  { bridged, dhcp }: MachineNetwork,
  reserved: Reservation | undefined,
): Promise<Guards> {
  const isolated = bridged && (host.settings.isolate ?? true);
  if (!bridged || host.options.filter === 'off') return { isolated };
  if (dhcp === undefined || reserved === undefined) {
    await ensureFilter(host, 'cornac-bridged');
    return { filter: { name: 'cornac-bridged', parameters: {} }, isolated };
  }
  await ensureFilter(host, 'cornac-machine');
  const { first, mask } = subnetOf(dhcp.gateway, dhcp.prefix);
  const parameters = {
    // Else libvirt would believe the first address that the guest shows.
    CTRL_IP_LEARNING: 'none',
    IP: reserved.ip,
    GATEWAY: dhcp.gateway,
    SUBNET: toAddress(first),
    MASK: mask,
  };
  return { filter: { name: 'cornac-machine', parameters }, isolated };
}
