import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { noProgress, type Provider, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Command, sh } from '../../../src/ssh/command.ts';
import {
  arp,
  dhcp,
  ipBytes,
  macBytes,
  OPTION,
  routerAdvertisement,
  udp,
} from '../../support/libvirt/frames.ts';
import {
  type Intruder,
  type Node,
  nodeOf,
  resolve,
  startIntruder,
  until,
} from '../../support/libvirt/intruder.ts';
import { needsMachines, place, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const run = promisify(execFile);
const sizes = { cpus: 1, memoryMiB: 512, diskGiB: 1 };
const VICTIM = 'cornac-cornac';
const INTRUDER = 'cornac-intruder';
/** The first bytes of MAC addresses that no machine has. */
const FORGED = '52:54:00:00:01:';

/** Two machines on one network, as Cornac makes them. An intruder is root in one of them. */
describe('root in a guest', needsMachines, () => {
  let world: LibvirtWorld;
  let open: Provider;
  let victim: RunningMachine;
  let target: Node;
  let intruder: Intruder;
  let machine: RunningMachine;

  before(async () => {
    world = await makeLibvirtWorld(place);
    // Not isolated, because an isolated card takes frames of other cards, and this tests the filter alone.
    open = await world.open({ dnsDomain: 'virt', isolate: false });
    const start = async (name: string) => {
      await open.ensureMachine({ name, owner: `db-${name}`, ...sizes }, noProgress());
      return open.startMachine(name, noProgress());
    };
    [victim, machine] = await Promise.all([start(VICTIM), start(INTRUDER)]);
    target = await nodeOf(VICTIM);
    intruder = await startIntruder(world, machine);
  });
  after(async () => {
    await intruder?.close();
    await open?.close();
    await world?.remove();
  });

  const inVictim = async (command: Command) => (await world.ssh.run(victim.ssh, command)).stdout.trim();
  const names = (name: string) => resolve(intruder.gateway.ip, name);
  const assertVictimIsFound = async () => {
    assert.deepEqual(await names(`${VICTIM}.virt`), [target.ip]);
    assert.deepEqual(await names(VICTIM), [target.ip]);
    // By its name, with the host key that was pinned before its first boot.
    assert.equal(await inVictim(sh`hostname`), VICTIM);
  };
  const leased = async () =>
    [...(await virsh('net-dhcp-leases', place.network)).matchAll(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?= +ipv4)/g)]
      .map(([mac]) => mac)
      .sort();
  const connects = async (port: number): Promise<boolean> => {
    const look = sh`timeout 5 bash -c ${`: </dev/tcp/${target.ip}/${port}`} 2>/dev/null && echo open || echo closed`;
    return (await world.ssh.run(machine.ssh, look)).stdout.trim() === 'open';
  };

  test('gets no name by DHCP as itself, as the victim or as a third machine', async () => {
    await assertVictimIsFound();
    const { self } = intruder;
    const strangers = { mac: '52:54:00:00:00:99', ip: target.ip.replace(/\d+$/, '77') };
    const frames = [self, target, strangers].flatMap(({ mac: chaddr, ip }) =>
      [VICTIM, 'backup'].flatMap((name) =>
        [
          [[OPTION.hostname, name] as const],
          [[OPTION.fqdn, Buffer.concat([Buffer.alloc(3), Buffer.from(`${name}.virt`)])] as const],
          [[OPTION.client, 'somebody else'] as const, [OPTION.hostname, name] as const],
        ].flatMap((more) => {
          const options = [[OPTION.address, ipBytes(ip)] as const, ...more];
          return [
            dhcp(self, { type: 'discover', chaddr, options }),
            dhcp(self, { type: 'request', chaddr, options }),
          ];
        }),
      ),
    );
    await intruder.send(...frames);
    await assertVictimIsFound();
    await assert.rejects(names('backup.virt'));
    await assert.rejects(names('backup'));
  });

  test('gets none of the free addresses', async () => {
    const frames = Array.from({ length: 253 }, (_, index) => {
      const ip = target.ip.replace(/\d+$/, String(index + 2));
      const chaddr = `${FORGED}${index.toString(16).padStart(2, '0')}`;
      return dhcp(
        { mac: intruder.self.mac },
        { type: 'request', chaddr, options: [[OPTION.address, ipBytes(ip)]] },
      );
    });
    await intruder.send(...frames);
    // Machines of other tests may have leases on this network.
    assert.deepEqual(
      (await leased()).filter((mac) => mac.startsWith(FORGED)),
      [],
    );
  });

  test('can neither release nor decline the address of another', async () => {
    const { self, gateway } = intruder;
    const server = [OPTION.server, ipBytes(gateway.ip)] as const;
    const clients = [[], [[OPTION.client, Buffer.concat([Buffer.from([1]), macBytes(target.mac)])] as const]];
    const frames = clients.flatMap((client) => [
      dhcp(self, { type: 'release', chaddr: target.mac, ciaddr: target.ip, options: [server, ...client] }),
      dhcp(self, {
        type: 'decline',
        chaddr: target.mac,
        options: [server, [OPTION.address, ipBytes(target.ip)], ...client],
      }),
    ]);
    await intruder.send(...frames);
    await assertVictimIsFound();
    await inVictim(sh`networkctl renew "$(ls /sys/class/net | grep -v lo)"`);
    await until('a lease of the victim', async () => (await leased()).includes(target.mac));
    await assertVictimIsFound();

    await intruder.send(...frames);
    await open.stopMachine(VICTIM, noProgress());
    assert.deepEqual(
      await open.startMachine(VICTIM, noProgress()),
      victim,
      'it has the same address, and gets a lease',
    );
    assert.deepEqual(await nodeOf(VICTIM), target);
    await assertVictimIsFound();
  });

  test('cannot send with the address or MAC address of another, nor as a DHCP or name server', async () => {
    const { self, gateway, port } = intruder;
    const ends = { fromMac: self.mac, toMac: gateway.mac, to: gateway.ip, toPort: port };
    const own = { ...ends, from: self.ip };
    intruder.received();
    await intruder.send(
      udp({ ...own, fromPort: 4000 }, 'as itself'),
      udp({ ...ends, from: target.ip, fromPort: 4000 }, 'as the victim'),
      udp({ ...own, fromMac: target.mac, fromPort: 4000 }, 'with the MAC address of the victim'),
      udp({ ...ends, from: '0.0.0.0', fromPort: 68 }, 'as nobody'),
      ...[67, 137, 5353, 5355].map((fromPort) => udp({ ...own, fromPort }, `from ${fromPort}`)),
    );
    assert.deepEqual(intruder.received(), [`${self.ip} as itself`]);
  });

  test('cannot redirect traffic of another, by ARP or as a router', async () => {
    const { self, gateway } = intruder;
    await assertVictimIsFound();
    await inVictim(
      sh`nohup perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 9, LocalPort => 5432, ReuseAddr => 1); while ($s->accept) {}' >/dev/null 2>&1 </dev/null &`,
    );
    await until('the victim to listen', () => connects(5432));
    await intruder.send(
      arp({ mac: self.mac, ip: target.ip }, gateway),
      arp({ mac: self.mac, ip: gateway.ip }, target),
      routerAdvertisement(self.mac),
    );
    const { stdout } = await run('ip', ['neigh', 'show', target.ip]);
    assert.ok(stdout.includes(target.mac), stdout);
    await assertVictimIsFound();
    assert.ok((await inVictim(sh`ip neigh show ${gateway.ip}`)).includes(gateway.mac));
    assert.doesNotMatch(await inVictim(sh`ip -6 addr; ip -6 route`), /2001:db8:bad/);
  });

  test('reaches the PostgreSQL of another, and not its SSH', async () => {
    assert.ok(await connects(5432), 'one is reached by the other');
    assert.ok(!(await connects(22)));
  });

  test('reaches no port of another where machines are isolated, from the other’s next start on', async (t) => {
    const isolating = await world.open({ dnsDomain: 'virt', isolate: true });
    t.after(() => isolating.close());
    await isolating.stopMachine(INTRUDER, noProgress());
    await isolating.startMachine(VICTIM, noProgress());
    await isolating.startMachine(INTRUDER, noProgress());
    assert.ok(await connects(5432), 'the victim was not started anew');
    await isolating.stopMachine(VICTIM, noProgress());
    await isolating.startMachine(VICTIM, noProgress());
    await inVictim(
      sh`nohup perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 9, LocalPort => 5432, ReuseAddr => 1); while ($s->accept) {}' >/dev/null 2>&1 </dev/null &`,
    );
    const local = sh`timeout 5 bash -c ': </dev/tcp/127.0.0.1/5432' && echo open`;
    await until('the victim to listen', async () => (await inVictim(local).catch(() => '')) === 'open');
    assert.ok(!(await connects(5432)));
    await assertVictimIsFound();
  });
});
