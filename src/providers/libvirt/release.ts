import type { Host } from './host.ts';
import { isOwnMac, macAddresses } from './mac-address.ts';
import { type NetworkChange, updateNetwork } from './network-update.ts';
import { dhcpHostXml, dnsHostXml, type Reservation } from './network-xml.ts';
import { type MachineNetwork, type NetworkView, readViews } from './networks.ts';
import type { Wanted } from './reserve.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';

/**
 * Removes a reservation from one view. The name is removed before the address, so that after a crash in
 * between the address is found again. A reservation under another name stays.
 */
export async function withdraw(
  host: Host,
  network: MachineNetwork,
  { view, dhcp }: NetworkView,
  reservation: Reservation,
): Promise<void> {
  const { mac, ip, name } = reservation;
  const remove = (section: NetworkChange['section'], xml: string) =>
    orMissing(
      updateNetwork(host, network.net, { command: 'delete', section, index: dhcp.index, xml, view }),
      ErrorCode.operationInvalid,
    );
  if (dhcp.dns?.some((one) => one.ip === ip && one.names.includes(name))) {
    await remove('dnsHost', dnsHostXml(reservation));
  }
  if (dhcp.hosts.some((one) => one.mac === mac && one.name === name)) {
    await remove('dhcpHost', dhcpHostXml(reservation));
  }
}

/**
 * Releases the reservations of a machine, whether the machine exists or not. Reservations of another owner's
 * machine of the same name stay, and so do reservations that Cornac did not make.
 * @param mac the MAC address of the existing machine
 */
export async function releaseReservation(
  host: Host,
  network: MachineNetwork,
  { mac, ...machine }: Wanted,
): Promise<void> {
  const own = new Set([...(mac === undefined ? [] : [mac]), ...macAddresses(machine)]);
  const anyOwner = machine.owner === undefined && mac === undefined;
  for (const view of await readViews(host, network)) {
    for (const { mac: found, ip, name } of view.dhcp.hosts) {
      if (found === undefined || ip === undefined) continue;
      if (own.has(found) || (anyOwner && name === machine.name && isOwnMac(found))) {
        await withdraw(host, network, view, { mac: found, ip, name: machine.name });
      }
    }
  }
}

/**
 * Makes the DHCP server read its reservations again, because it withholds an address for ten minutes after a
 * DHCPDECLINE. Any machine can send one in the name of another.
 */
export async function renewReservation(
  host: Host,
  network: MachineNetwork,
  reservation: Reservation,
): Promise<void> {
  const live = (await readViews(host, network)).find(({ view }) => view === 'live');
  const present = live?.dhcp.hosts.find(({ mac }) => mac === reservation.mac);
  if (live === undefined || present === undefined) return;
  await updateNetwork(host, network.net, {
    ...{ command: 'modify', section: 'dhcpHost', index: live.dhcp.index, view: 'live' },
    // A person may have made the reservation, under another name.
    xml: dhcpHostXml({ ...reservation, name: present.name ?? reservation.name }),
  });
}
