import { type MachineSpec, ProviderError } from '../provider.ts';
import { type Card, type Guards, guardedCard, isGuarded, readCard } from './card.ts';
import { ensureFilter } from './filter.ts';
import type { Host } from './host.ts';
import { subnetOf, toAddress } from './ipv4.ts';
import { macAddresses } from './mac-address.ts';
import { findOwnDomain, type OwnDomain, stateOf } from './machine.ts';
import type { Reservation } from './network-xml.ts';
import { type MachineNetwork, openNetwork } from './networks.ts';
import { releaseReservation, renewReservation } from './release.ts';
import { ensureReservation, type Wanted } from './reserve.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';

const AFFECT_CONFIG = 2;

/** The card of a new machine, with its reservation in the network. */
export async function planCard(host: Host, spec: MachineSpec): Promise<Card> {
  const setting = spec.network === undefined ? 'NETWORK' : 'INVENTORY_NETWORK';
  const network = await openNetwork(host, spec.network, setting);
  const reserved = network.dhcp && (await ensureReservation(host, network, spec));
  const mac = reserved?.mac ?? macAddresses(spec)[0] ?? '';
  return { mac, network: network.name, ...(await guards(host, network, reserved)) };
}

/**
 * Gives an existing machine what `planCard` gives a new one, from its next start on. A machine of an older
 * Cornac does not have it, and an administrator may have defined the network anew.
 * @returns the address that is reserved for the machine, where libvirt gives the addresses in its network
 * @throws ProviderError `MachineNotFound` where the machine was removed since this worker found it
 */
export async function ensurePlugged(host: Host, machine: OwnDomain): Promise<string | undefined> {
  const { domain, definition, owner } = machine;
  const card = readCard(definition);
  if (card.network === undefined || card.mac === undefined) return undefined;
  const network = await networkOf(host, card.network, domain.name);
  const wanted: Wanted = { name: domain.name, ...(owner !== undefined && { owner }), mac: card.mac };
  const reserved = network.dhcp && (await ensureReservation(host, network, wanted));
  const state = await orMissing(stateOf(host, domain), ErrorCode.noDomain);
  if (state === undefined) return refuseRemoved(host, network, wanted);
  const guarded = await guards(host, network, reserved);
  if (!isGuarded(card, guarded)) {
    // The domain is not defined anew, because that would bring back a domain that was just removed.
    const args = { dom: domain, xml: guardedCard(definition, guarded), flags: AFFECT_CONFIG };
    await host.call(procedures.domainUpdateDeviceFlags, args);
  }
  if (reserved !== undefined && state === 'stopped') await renewReservation(host, network, reserved);
  return reserved?.ip;
}

/** Releases what was reserved after the removal, because the worker that removed the machine cannot. */
async function refuseRemoved(host: Host, network: MachineNetwork, wanted: Wanted): Promise<never> {
  const present = await findOwnDomain(host, wanted.name);
  if (present === undefined || readCard(present.definition).mac !== wanted.mac) {
    await releaseReservation(host, network, wanted);
  }
  throw new ProviderError('MachineNotFound', `${wanted.name} was removed from ${host.name} in the meantime`);
}

/** The network of a machine's card, which need not be the one that the settings name now. */
async function networkOf(host: Host, name: string, machine: string): Promise<MachineNetwork> {
  if ((await host.findNetwork(name)) !== undefined) return openNetwork(host, name);
  throw new ProviderError(
    'Configuration',
    `libvirt on ${host.name} has no network ${name}, to which the card of ${machine} is attached: define it again (virsh net-define), or attach the card to another network (virsh edit ${machine})`,
  );
}

/** The address that libvirt reserves for a machine, if it gives addresses in its network. Changes nothing. */
export async function findReserved(
  host: Host,
  machine: string,
  definition: string,
): Promise<string | undefined> {
  const { network, mac } = readCard(definition);
  if (network === undefined || mac === undefined) return undefined;
  const { dhcp } = await networkOf(host, network, machine);
  return dhcp?.hosts.find((one) => one.mac === mac)?.ip;
}

/** Releases a machine's reservations in networks. The machine may never have been made. */
export async function unplug(host: Host, machine: Wanted, networks: readonly string[]): Promise<void> {
  for (const name of new Set(networks)) {
    if ((await host.findNetwork(name)) !== undefined) {
      await releaseReservation(host, await openNetwork(host, name), machine);
    }
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
    const name = await ensureFilter(host, 'bridged');
    return { filter: { name, parameters: {} }, isolated };
  }
  const name = await ensureFilter(host, 'machine');
  const { first, mask } = subnetOf(dhcp.gateway, dhcp.prefix);
  const parameters = {
    // Otherwise libvirt would learn the machine's address from the guest's first packet.
    CTRL_IP_LEARNING: 'none',
    IP: reserved.ip,
    GATEWAY: dhcp.gateway,
    SUBNET: toAddress(first),
    MASK: mask,
  };
  return { filter: { name, parameters }, isolated };
}
