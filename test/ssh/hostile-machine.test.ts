import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findShownHostKey } from '../../src/providers/shown-host-key.ts';
import { sh } from '../../src/ssh/command.ts';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import { makeKey } from '../support/local/world.ts';

// Root in a machine controls its sshd, and one process of Cornac serves the machines of many users.

/** An impostor at the address of a machine: it reads the offer and then closes the connection. */
async function listenTo(t: TestContext) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('SSH-2.0-somebody\r\n');
    let read = '';
    socket.on('data', (data) => {
      read += data.toString('latin1');
      // The key exchange algorithms come first in the offer.
      if (!read.includes('ssh-ed25519')) return;
      server.emit('offered', read);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { server, target: { host: '127.0.0.1', port, user: 'x', hostKey: generateKeyPair().public } };
}

test('no key exchange lets the server choose the size of a group', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-ssh-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const ssh = createSsh({ auth: { keyFile: makeKey(dir).keyFile } });
  t.after(() => ssh.close());
  const { server, target } = await listenTo(t);
  for (const connect of [() => ssh.run(target, sh`true`), () => findShownHostKey(target)]) {
    const [[offered]] = await Promise.all([once(server, 'offered'), connect().catch(() => {})]);
    assert.match(offered, /curve25519-sha256,.*ecdh-sha2-nistp256/);
    assert.doesNotMatch(offered, /group-exchange|group1[5-9]/);
  }
});

const exec = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('./hostile-machine.ts', import.meta.url));

/** Runs a command on an odd machine, in a child process, because the machine may hang or end that process. */
async function runOn(machine: string): Promise<string> {
  const args = ['--import', 'tsx', PROGRAM, machine];
  const { stdout } = await exec(process.execPath, args, { timeout: 30_000, killSignal: 'SIGKILL' });
  return stdout.trim();
}

test('an ordinary machine is served', async () => {
  assert.equal(await runOn('ordinary'), 'ended');
});

test('a packet size of zero ends the command, not in an endless loop', async () => {
  assert.match(await runOn('takes nothing'), /^Disconnected: .* before the command started/);
});

test('data after the end of stderr do not end the process', async () => {
  assert.equal(await runOn('goes on'), 'ended');
});

test('data after the end of stderr do not end the process before the command begins', async () => {
  assert.equal(await runOn('goes on before the beginning'), 'ended');
  assert.match(await runOn('goes on before no beginning'), /^Timeout: .* command not started/);
});

test('a long command that never begins times out as a short one, and its connection is closed', async () => {
  assert.match(await runOn('never begins'), /^Timeout: .* command not started after 2000 ms/);
});

test('a command that begins after its caller gave up is killed', async () => {
  assert.equal(await runOn('begins late'), 'signal KILL');
});
