import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Card } from '../../../src/providers/libvirt/card.ts';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { planCard, unplug } from '../../../src/providers/libvirt/plug.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { arp, dhcp, ipBytes, OPTION, routerAdvertisement, udp } from '../../support/libvirt/frames.ts';
import { until } from '../../support/libvirt/intruder.ts';
import { openPort, type Port } from '../../support/libvirt/port.ts';
import { needsLibvirt, place, virsh } from '../../support/libvirt/private.ts';

const run = promisify(execFile);
function machine(name: string) {
  return { name, owner: `db-${name}`, cpus: 1, memoryMiB: 128, diskGiB: 1 };
}
const NAMES = ['cornac-victim', 'cornac-intruder'];

/**
 * Two ports of the bridge, guarded as libvirt guards the cards of machines. First unguarded, as the proof of
 * the need.
 */
describe('the filter of a card', needsLibvirt, () => {
  let host: Host;
  let cards: Card[];
  let victim: Port;
  let intruder: Port;
  before(async () => {
    host = createHost(parseLibvirtUri('libvirt'), place);
    cards = [];
    for (const name of NAMES) cards.push(await planCard(host, machine(name)));
    const [victims, intruders] = cards.map(({ mac, filter }) => ({ mac, ip: filter?.parameters.IP ?? '' }));
    assert.ok(victims && intruders);
    victim = await openPort('victim', victims);
    intruder = await openPort('intruder', intruders);
    for (const port of [22, 5432]) await victim.listen(port);
  });
  after(async () => {
    await intruder?.close();
    await victim?.close();
    for (const name of NAMES) await unplug(host, machine(name), [place.network]);
    host?.close();
  });

  /** Sends under other identities, and returns what reached the host. */
  const pose = async (): Promise<string[]> => {
    const { self, gateway, port } = intruder;
    const ends = { fromMac: self.mac, toMac: gateway.mac, to: gateway.ip, toPort: port };
    const own = { ...ends, from: self.ip };
    intruder.received();
    await intruder.send(
      udp({ ...own, fromPort: 4000 }, 'as itself'),
      udp({ ...ends, from: victim.self.ip, fromPort: 4000 }, 'as the victim'),
      udp({ ...own, fromMac: victim.self.mac, fromPort: 4000 }, 'with the MAC address of the victim'),
      ...[67, 137, 5353, 5355].map((fromPort) => udp({ ...own, fromPort }, `from ${fromPort}`)),
    );
    return intruder.received().map((text) => text.replace(self.ip, 'own').replace(victim.self.ip, 'victim'));
  };
  const hostConnects = (port: number) =>
    run('timeout', ['5', 'bash', '-c', `: </dev/tcp/${victim.self.ip}/${port}`]);
  const redirect = async (): Promise<void> => {
    const { self, gateway } = intruder;
    await hostConnects(5432);
    await intruder.send(
      arp({ mac: self.mac, ip: victim.self.ip }, gateway),
      arp({ mac: self.mac, ip: gateway.ip }, victim.self),
      routerAdvertisement(self.mac),
    );
  };
  const hostsNeighbour = async () => (await run('ip', ['neigh', 'show', victim.self.ip])).stdout;
  const victimsRoutes = () => victim.run('ip', '-6', 'route');

  test('without the filter a guest can pose as another and reach all ports', async () => {
    const came = await pose();
    assert.deepEqual(came, [
      'own as itself',
      'victim as the victim',
      'own with the MAC address of the victim',
      ...[67, 137, 5353, 5355].map((port) => `own from ${port}`),
    ]);
    // Linux accepts a new ARP answer for an address once a second.
    await until('the host to believe it', async () => {
      await redirect();
      return (await hostsNeighbour()).includes(intruder.self.mac);
    });
    await until('the victim to believe it', async () => (await victimsRoutes()).includes('2001:db8:bad::'));
    assert.ok(await intruder.connects(victim.self.ip, 22));
    assert.ok(await intruder.connects(victim.self.ip, 5432));
  });

  test('with the filter a guest can send only as itself', async () => {
    await victim.run('ip', '-6', 'route', 'flush', 'dev', 'eth0');
    await victim.run('ip', '-6', 'address', 'flush', 'dev', 'eth0');
    await run('ip', ['neigh', 'flush', 'to', victim.self.ip]);
    const [victims, intruders] = cards;
    assert.ok(victims && intruders);
    await victim.guard(victims);
    await intruder.guard(intruders);
    assert.deepEqual(await pose(), ['own as itself']);
    for (let again = 0; again < 3; again += 1) await redirect();
    assert.ok((await hostsNeighbour()).includes(victim.self.mac));
    assert.doesNotMatch(await victimsRoutes(), /2001:db8:bad/);
  });

  test('a guest’s SSH is reached by the host only, its PostgreSQL by other guests as well', async () => {
    assert.ok(!(await intruder.connects(victim.self.ip, 22)));
    assert.ok(await intruder.connects(victim.self.ip, 5432));
    for (const port of [22, 5432]) await hostConnects(port);
  });

  test('two isolated guests do not reach each other, and the host reaches both', async () => {
    await victim.isolate();
    assert.ok(await intruder.connects(victim.self.ip, 5432), 'from one that is not');
    await intruder.isolate();
    assert.ok(!(await intruder.connects(victim.self.ip, 5432)));
    assert.ok(await intruder.connects(intruder.gateway.ip, 53));
    await hostConnects(5432);
  });

  test('a filtered guest gets its own address from the DHCP server, and reaches the gateway', async () => {
    const { self } = intruder;
    const options = [[OPTION.address, ipBytes(self.ip)] as const];
    await intruder.send(dhcp({ mac: self.mac }, { type: 'request', chaddr: self.mac, options }));
    await until('a lease', async () => (await virsh('net-dhcp-leases', place.network)).includes(self.ip));
    assert.ok(await intruder.connects(intruder.gateway.ip, 53));
  });
});
