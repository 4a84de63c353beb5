import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { sh } from '../../src/ssh/command.ts';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import { makeKey } from '../support/local/world.ts';

// The child program of hostile-machine.test.ts: an sshd that behaves as its argument says, and a command on it.

/** ssh2's internal side of a connection. With it a server sends messages that OpenSSH would never send. */
interface Wire {
  channelOpenConfirm(remote: number, local: number, window: number, packetSize: number): void;
  channelEOF(channel: number): void;
  channelExtData(channel: number, data: Buffer, type: number): void;
}
const STDERR = 1;
const FIRST_CHANNEL = 0;
const [, , machine] = process.argv;

const dir = mkdtempSync(join(tmpdir(), 'cornac-ssh-'));
const hostKey = generateKeyPair();
const events = new EventEmitter();
const caller = new AbortController();
const server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
  const wire = (client as unknown as { _protocol: Wire })._protocol;
  if (machine === 'takes nothing') {
    const confirm = wire.channelOpenConfirm.bind(wire);
    wire.channelOpenConfirm = (remote, local, window) => confirm(remote, local, window, 0);
  }
  client.on('error', () => {});
  client.on('close', () => events.emit('closed'));
  client.on('authentication', (context) => context.accept());
  client.on('session', (accept) => {
    const session = accept();
    session.on('signal', (_accept, _reject, { name }) => events.emit('signal', name));
    session.on('exec', (start) => {
      if (machine?.startsWith('goes on before')) {
        wire.channelEOF(FIRST_CHANNEL);
        wire.channelExtData(FIRST_CHANNEL, Buffer.from('more'), STDERR);
      }
      if (machine === 'never begins' || machine === 'goes on before no beginning') return;
      if (machine === 'begins late') {
        events.once('given up', start);
        return caller.abort(new Error('given up'));
      }
      const channel = start();
      if (machine === 'goes on') {
        const { id } = channel.outgoing as { id: number };
        wire.channelEOF(id);
        wire.channelExtData(id, Buffer.from('more'), STDERR);
      }
      channel.exit(0);
      channel.end();
    });
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
// The idle time is longer than the test, so that only a timeout ends an unused connection.
const ssh = createSsh({ auth: { keyFile: makeKey(dir).keyFile }, idleMs: 600_000, beginMs: 2_000 });
const target = { host: '127.0.0.1', port, user: 'x', hostKey: hostKey.public };
const closed = once(events, 'closed');
const signalled = once(events, 'signal');
const options = { stdin: 'something', timeoutMs: 600_000, signal: caller.signal };
let answer = await ssh.run(target, sh`true`, options).then(
  () => 'ended',
  ({ code, message }) => `${code}: ${message}`,
);
if (machine === 'begins late') {
  events.emit('given up');
  answer = `signal ${(await signalled)[0]}`;
}
if (machine === 'never begins') await closed;
await ssh.close();
server.close();
rmSync(dir, { recursive: true });
process.stdout.write(answer);
