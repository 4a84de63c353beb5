import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import ssh2 from 'ssh2';
import { createHostKeyCheck, findShownHostKey, fingerprint } from '../../src/providers/shown-host-key.ts';
import { waitingFor } from '../../src/providers/waiting.ts';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';

const host = '127.0.0.1';
const pinned = generateKeyPair();
const other = generateKeyPair();

async function startSshd(t: TestContext, { private: key }: { private: string }): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [key] }, (client) => client.on('error', () => {}));
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('the error differs for a closed port, an unknown name, no route and another host key', async (t) => {
  const port = await startSshd(t, pinned);
  assert.deepEqual(await findShownHostKey({ host, port }), { key: pinned.public });
  assert.deepEqual(await findShownHostKey({ host, port: 1 }), { problem: 'port 1 is closed' });
  assert.deepEqual(await findShownHostKey({ host: 'cornac-a.invalid', port }), {
    problem: 'the name cornac-a.invalid does not resolve',
    unresolved: true,
  });
  const mute = createServer((socket) => socket.end('hello\n')).listen(0, host);
  await once(mute, 'listening');
  t.after(() => mute.close());
  const found = await findShownHostKey({ host, port: (mute.address() as AddressInfo).port });
  assert.match('problem' in found ? found.problem : '', /is open, but presents no host key/);
});

test('another host key is reported at once, and is an error after the grace period', async (t) => {
  const port = await startSshd(t, other);
  const shown = await findShownHostKey({ host, port });
  const inGrace = createHostKeyCheck(pinned.public, 60_000);
  assert.deepEqual(inGrace.check(shown), {
    isPinned: false,
    problem: `it presents another host key than the pinned one (${fingerprint(other.public)}, not ${fingerprint(pinned.public)})`,
    isOver: false,
  });
  assert.equal(inGrace.check({ key: pinned.public }).isPinned, true);
  const { check } = createHostKeyCheck(pinned.public, 0);
  assert.equal(check({ problem: 'port 22 is closed' }).isOver, false);
  assert.equal(check(shown).isOver, true);
});

test('a fingerprint equals that of ssh-keygen', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  assert.equal(fingerprint(key), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
});

test('a wait is described by what it waits for, since when, until when, and what is missing', () => {
  const since = Date.parse('2026-11-25T19:00:01.900Z');
  const text = 'waiting for SSH on cornac-a since 19:00:01, until 19:10:01 UTC';
  assert.equal(waitingFor('SSH on cornac-a', since, since + 600_000), text);
  assert.equal(
    waitingFor('SSH on cornac-a', since, since + 600_000, 'port 22 is closed'),
    `${text}: port 22 is closed`,
  );
});
