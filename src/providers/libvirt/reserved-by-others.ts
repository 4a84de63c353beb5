import { ProviderError } from '../provider.ts';
import type { Host } from './host.ts';
import type { DhcpHost, OwnDhcp, Reservation } from './network-xml.ts';
import type { MachineNetwork } from './networks.ts';

export function noAddressLeft(host: Host, network: MachineNetwork) {
  return new ProviderError(
    'InsufficientCapacity',
    `network ${network.name} on ${host.name} has no free address: enlarge the network (virsh net-edit), or delete machines that are not needed`,
  );
}

export function refuseName(host: Host, network: MachineNetwork, name: string): never {
  throw new ProviderError(
    'Conflict',
    `network ${network.name} on ${host.name} has an entry ${name} that Cornac may not remove: remove it (virsh net-update), or choose another identifier`,
  );
}

/**
 * Refuses a reservation that conflicts with an entry that Cornac did not make. Libvirt keeps one entry for
 * each MAC address and one for each IP address, so that another attempt would fail in the same way.
 * @throws ProviderError `Conflict` that names the other entry
 */
export function refuseOthers(
  host: Host,
  network: MachineNetwork,
  { hosts, dns = [] }: OwnDhcp,
  { mac, ip, name }: Reservation,
): void {
  // An entry of this name is judged where it is replaced, in `ensureReservation`.
  const other = hosts.find((one) => one.name !== name && (one.mac === mac) !== (one.ip === ip));
  const named = dns.find((one) => one.ip === ip && !one.names.includes(name));
  const found = other ? dhcpEntry(other) : named && `the DNS entry ${named.names.join(', ')} for ${ip}`;
  if (found === undefined) return;
  throw new ProviderError(
    'Conflict',
    `network ${network.name} on ${host.name} has ${found}, but machine ${name} requires ${mac} and ${ip} there: remove that entry (virsh net-update ${network.name} delete … --live --config)`,
  );
}

function dhcpEntry({ mac, ip, name }: DhcpHost): string {
  return `the DHCP entry ${[mac, name, ip].filter((part) => part !== undefined).join(' ')}`;
}
