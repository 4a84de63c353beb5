import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Card } from '../../../src/providers/libvirt/card.ts';
import { element, renderXml } from '../../../src/providers/libvirt/xml.ts';
import { createIntruder, type Intruder, type Node, SEND, until } from './intruder.ts';
import { place, virsh, virshXml } from './private.ts';

const run = promisify(execFile);

const LISTEN = `my $s = IO::Socket::INET->new(Listen => 9, LocalPort => $ARGV[0], ReuseAddr => 1) or die $!;
$| = 1; print "listening"; while ($s->accept) {}`;

/**
 * A port of the machines' bridge with a network stack behind it. To the bridge it is like a virtual machine,
 * but it needs no boot.
 */
export interface Port extends Intruder {
  /** Applies the filter of a card to the port, as libvirt does at the start of a machine. */
  guard(card: Card): Promise<void>;
  /** Isolates the port from other isolated ports, as libvirt does for `<port isolated='yes'/>`. */
  isolate(): Promise<void>;
  /** Runs a program behind the port. @returns its output */
  run(program: string, ...args: string[]): Promise<string>;
  /** Whether a TCP connection to another machine's port succeeds. */
  connects(address: string, port: number): Promise<boolean>;
  /** Accepts connections to a TCP port until the end of the test. */
  listen(port: number): Promise<void>;
}

export async function openPort(name: string, self: Node): Promise<Port> {
  const network = await virsh('net-dumpxml', place.network);
  const bridge = /<bridge name='(.*?)'/.exec(network)?.[1] ?? '';
  const ip = (...args: string[]) => run('ip', args);
  const inside = async (program: string, ...args: string[]) =>
    (await ip('netns', 'exec', name, program, ...args)).stdout;
  await ip('netns', 'add', name);
  await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  await inside('ip', 'link', 'set', 'eth0', 'address', self.mac);
  await inside('ip', 'address', 'add', `${self.ip}/24`, 'dev', 'eth0');
  for (const link of ['lo', 'eth0']) await inside('ip', 'link', 'set', link, 'up');
  await ip('link', 'set', name, 'master', bridge, 'up');
  await until('the port to forward', async () =>
    (await run('bridge', ['link', 'show', 'dev', name])).stdout.includes('state forwarding'),
  );

  const intruder = await createIntruder(self, async (lines) => {
    const running = ip('netns', 'exec', name, 'perl', '-e', SEND, 'eth0');
    running.child.stdin?.end(lines);
    await running;
  });
  const stops: (() => Promise<unknown>)[] = [];
  return {
    ...intruder,
    run: inside,
    async guard({ mac, filter }) {
      const parameters = Object.entries(filter?.parameters ?? {}).map(([key, value]) =>
        element('parameter', { name: key, value }),
      );
      const binding = element('filterbinding', {}, [
        element('owner', {}, [
          element('name', {}, name),
          element('uuid', {}, '11111111-2222-3333-4444-555555555555'),
        ]),
        element('portdev', { name }),
        element('mac', { address: mac }),
        element('filterref', { filter: filter?.name ?? '' }, parameters),
      ]);
      await virshXml('nwfilter-binding-create', renderXml(binding));
      stops.push(() => virsh('nwfilter-binding-delete', name));
    },
    async isolate() {
      await run('bridge', ['link', 'set', 'dev', name, 'isolated', 'on']);
    },
    connects: (address, port) =>
      inside('timeout', '3', 'bash', '-c', `: </dev/tcp/${address}/${port}`).then(
        () => true,
        () => false,
      ),
    async listen(port) {
      const args = ['netns', 'exec', name, 'perl', '-MIO::Socket::INET', '-e', LISTEN, String(port)];
      const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      stops.push(async () => {
        const ended = once(child, 'exit');
        child.kill();
        await ended;
      });
    },
    async close() {
      for (const stop of stops.splice(0)) await stop();
      await intruder.close();
      await ip('link', 'delete', name);
      await ip('netns', 'delete', name);
    },
  };
}
