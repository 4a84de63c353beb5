import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readNetwork } from '../../../src/providers/libvirt/network-xml.ts';
import type { RunningMachine } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { udp } from './frames.ts';
import { place, virsh } from './private.ts';
import type { LibvirtWorld } from './world.ts';

const run = promisify(execFile);
const DEADLINE_MS = 60_000;

/** Sends frames, one per line in hexadecimal, on a card. In Perl, because a guest has only perl-base. */
export const SEND = `my ($n) = @ARGV ? @ARGV : grep { $_ ne "lo" } map { s|.*/||r } glob "/sys/class/net/*";
socket(my $s, 17, 3, 768) or die $!; my $request = pack("a16 x24", $n); ioctl($s, 0x8933, $request) or die $!;
my $i = unpack("x16 i", $request); my $to = pack("S n i S C C a8", 17, 3, $i, 1, 0, 6, "");
while (<STDIN>) { chomp; send($s, pack("H*", $_), 0, $to) or die $! }`;

/** A machine's real addresses in the network, as the hypervisor knows them. */
export interface Node {
  readonly mac: string;
  readonly ip: string;
}

/** Root in a guest, and a receiver on the host that sees which frames come through. */
export interface Intruder {
  readonly self: Node;
  readonly gateway: Node;
  /** Sends frames, and waits until each has come through or was dropped. */
  send(...frames: Buffer[]): Promise<void>;
  /** UDP datagrams that reached `port` of the host since the last call, as `address text`. */
  received(): string[];
  readonly port: number;
  close(): Promise<void>;
}

export async function nodeOf(machine: string): Promise<Node> {
  const mac = /<mac address='(.*?)'/.exec(await virsh('dumpxml', machine))?.[1] ?? assert.fail('no card');
  const { dhcp } = readNetwork(await virsh('net-dumpxml', place.network));
  const reserved = dhcp?.hosts.find((one) => one.mac === mac)?.ip;
  const leased = new RegExp(`${mac} +ipv4 +([\\d.]+)`).exec(
    await virsh('net-dhcp-leases', place.network),
  )?.[1];
  return { mac, ip: reserved ?? leased ?? assert.fail(`${machine} has no address`) };
}

/** An intruder with root in a machine. */
export async function startIntruder(world: LibvirtWorld, machine: RunningMachine): Promise<Intruder> {
  return createIntruder(await nodeOf(machine.name), async (stdin) => {
    await world.ssh.run(machine.ssh, sh`perl -e ${SEND}`, { stdin });
  });
}

/** An intruder on a port of the bridge without a filter. */
export async function startNeighbour(self: Node): Promise<Intruder> {
  const bridge = /<bridge name='(.*?)'/.exec(await virsh('net-dumpxml', place.network))?.[1] ?? '';
  await run('ip', ['link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire1']);
  await run('ip', ['link', 'set', 'wire1', 'master', bridge]);
  for (const end of ['wire0', 'wire1']) await run('ip', ['link', 'set', end, 'up']);
  await until('the port to forward', async () =>
    (await run('bridge', ['link', 'show', 'dev', 'wire1'])).stdout.includes('state forwarding'),
  );
  const intruder = await createIntruder(self, async (stdin) => {
    const running = run('perl', ['-e', SEND, 'wire0']);
    running.child.stdin?.end(stdin);
    await running;
  });
  return {
    ...intruder,
    close: async () => {
      await intruder.close();
      await run('ip', ['link', 'delete', 'wire0']);
    },
  };
}

export async function createIntruder(self: Node, put: (lines: string) => Promise<void>): Promise<Intruder> {
  const network = await virsh('net-dumpxml', place.network);
  const gateway = {
    mac: /<mac address='(.*?)'/.exec(network)?.[1] ?? '',
    ip: readNetwork(network).dhcp?.gateway ?? '',
  };
  let seen: string[] = [];
  let markers = 0;
  const socket = createSocket('udp4', (message, { address }) => seen.push(`${address} ${message}`));
  socket.bind(0, gateway.ip);
  await once(socket, 'listening');
  const { port } = socket.address();

  const marker = (text: string) =>
    udp(
      { fromMac: self.mac, toMac: gateway.mac, from: self.ip, to: gateway.ip, fromPort: 5000, toPort: port },
      text,
    );
  return {
    self,
    gateway,
    port,
    async send(...frames) {
      markers += 1;
      const last = `marker ${markers}`;
      await put([...frames, marker(last)].map((frame) => `${frame.toString('hex')}\n`).join(''));
      // Frames of a card keep their order, so that all have passed when the last one has.
      await until(`${last} to come through`, async () => seen.includes(`${self.ip} ${last}`));
      await dhcpServerIsIdle(gateway.ip);
    },
    received() {
      const found = seen.filter((one) => !one.includes('marker'));
      seen = [];
      return found;
    },
    close: async () => {
      socket.close();
    },
  };
}

/** Waits until the DHCP server's queue is empty, and it has answered another request after that. */
async function dhcpServerIsIdle(server: string): Promise<void> {
  await until('the DHCP server to have read all', async () => {
    const lines = (await readFile('/proc/net/udp', 'utf8')).split('\n');
    return lines
      .filter((line) => /:0043 /.test(line))
      .every((line) => /:00000000 /.test(line.split(' 07 ')[1] ?? ''));
  });
  await resolve(server, `${place.origin}.virt`).catch(() => {});
}

export async function resolve(server: string, name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 5_000, tries: 3 });
  resolver.setServers([server]);
  return resolver.resolve4(name);
}

export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await look())) {
    if (Date.now() > deadline) assert.fail(`waited in vain for ${what}`);
    await delay(100);
  }
}
