import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { findOwnDomain } from '../../../src/providers/libvirt/machine.ts';
import { ensurePlugged } from '../../../src/providers/libvirt/plug.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { type DhcpMessage, dhcp, ipBytes, macBytes, OPTION } from '../../support/libvirt/frames.ts';
import {
  type Intruder,
  type Node,
  nodeOf,
  resolve,
  startNeighbour,
  until,
} from '../../support/libvirt/intruder.ts';
import { needsLibvirt, place, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const VICTIM = 'cornac-cornac';
const spec = { name: VICTIM, owner: 'db-V', cpus: 1, memoryMiB: 128, diskGiB: 1 };

/** What libvirt's DHCP and DNS servers accept from a port without a filter, in the network of the appliance. */
describe('a neighbour on the network of the machines', needsLibvirt, () => {
  let world: LibvirtWorld;
  let host: Host;
  let target: Node;
  let neighbour: Intruder;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    const settings = { ...world.settings, network: place.network };
    host = createHost(parseLibvirtUri('libvirt'), settings);
    const provider = await world.open(settings);
    await provider.ensureMachine(spec, noProgress());
    await provider.close();
    target = await nodeOf(VICTIM);
    neighbour = await startNeighbour({ mac: '52:54:00:00:00:66', ip: target.ip.replace(/\d+$/, '250') });
  });
  after(async () => {
    await neighbour?.close();
    host?.close();
    await world?.remove();
  });

  const names = (name: string) => resolve(neighbour.gateway.ip, name);
  const leases = () => virsh('net-dhcp-leases', place.network);
  const option = {
    address: (ip: string) => [OPTION.address, ipBytes(ip)] as const,
    server: () => [OPTION.server, ipBytes(neighbour.gateway.ip)] as const,
    hostname: (name: string) => [OPTION.hostname, name] as const,
    fqdn: (name: string) => [OPTION.fqdn, Buffer.concat([Buffer.alloc(3), Buffer.from(name)])] as const,
    client: (id: Buffer | string) => [OPTION.client, id] as const,
  };
  const ownClient = () => option.client(Buffer.concat([Buffer.from([1]), macBytes(target.mac)]));
  const send = (...messages: DhcpMessage[]) =>
    neighbour.send(...messages.map((message) => dhcp(neighbour.self, message)));
  /** The request that the victim sends at its start. */
  const boot = (): DhcpMessage => ({
    ...{ type: 'request', chaddr: target.mac },
    options: [option.address(target.ip), ownClient()],
  });
  // A helper of libvirt writes the leases, one after the other.
  const untilLeases = (what: string, look: (found: string) => boolean) =>
    until(what, async () => look(await leases()));
  const assertFound = async () => {
    assert.deepEqual(await names(`${VICTIM}.virt`), [target.ip]);
    assert.deepEqual(await names(VICTIM), [target.ip]);
  };

  test('gets no name by any option of DHCP', async () => {
    await assertFound();
    const senders = [
      neighbour.self,
      target,
      { mac: '52:54:00:00:00:99', ip: target.ip.replace(/\d+$/, '77') },
    ];
    for (const { mac: chaddr, ip } of senders) {
      for (const name of [VICTIM, 'backup']) {
        const ways = [
          [option.hostname(name)],
          [option.fqdn(`${name}.virt`)],
          [option.client('somebody else'), option.hostname(name)],
        ];
        for (const way of ways) {
          const options = [option.address(ip), ...way];
          await send({ type: 'discover', chaddr, options }, { type: 'request', chaddr, options });
          await assertFound();
        }
      }
    }
    await assert.rejects(names('backup.virt'));
    await assert.rejects(names('backup'));
  });

  test('gets none of the free addresses', async () => {
    const messages = Array.from({ length: 253 }, (_, index): DhcpMessage => {
      const chaddr = `52:54:00:00:01:${index.toString(16).padStart(2, '0')}`;
      return {
        type: 'request',
        chaddr,
        options: [option.address(target.ip.replace(/\d+$/, String(index + 2)))],
      };
    });
    await send(...messages, boot());
    await untilLeases('the last lease', (found) => found.includes(target.mac));
    assert.doesNotMatch(await leases(), /52:54:00:00:01/);
  });

  test('can release the lease of another: name and address stay, and the next request is granted', async () => {
    await send(boot());
    await untilLeases('a lease', (found) => found.includes(target.mac));
    for (const client of [[], [ownClient()], [option.client('somebody else')]]) {
      await send({
        type: 'release',
        chaddr: target.mac,
        ciaddr: target.ip,
        options: [option.server(), ...client],
      });
    }
    await untilLeases('the DHCP server to believe it', (found) => !found.includes(target.mac));
    await assertFound();
    await send(boot());
    await untilLeases('a lease again', (found) => found.includes(`${target.ip}/`));
  });

  test('can take the lease of another with another client id: the other still gets its lease', async () => {
    const options = [option.address(target.ip), option.client('somebody else')];
    await send({
      type: 'release',
      chaddr: target.mac,
      ciaddr: target.ip,
      options: [option.server(), ownClient()],
    });
    await send({ type: 'request', chaddr: target.mac, options });
    await send(boot());
    const own = `01:${target.mac}`;
    await untilLeases('a lease of the other', (found) => found.includes(own));
    await assertFound();
  });

  test('can decline the address of another: its lease is renewed, and its next start gets a new one', async () => {
    const declines: DhcpMessage = {
      ...{ type: 'decline', chaddr: target.mac },
      options: [option.server(), option.address(target.ip), ownClient()],
    };
    await send(boot(), declines);
    await untilLeases('the DHCP server to believe it', (found) => !found.includes(target.mac));
    await assertFound();
    await send({ type: 'request', chaddr: target.mac, ciaddr: target.ip, options: [ownClient()] });
    await untilLeases('the lease of one that runs', (found) => found.includes(target.mac));

    await send(declines);
    await untilLeases('the DHCP server to believe it again', (found) => !found.includes(target.mac));
    const machine = (await findOwnDomain(host, VICTIM)) ?? assert.fail('no machine');
    assert.equal(await ensurePlugged(host, machine), target.ip);
    await send({ type: 'discover', chaddr: target.mac, options: [ownClient()] }, boot());
    await untilLeases('a lease at its start', (found) => found.includes(target.mac));
  });
});
