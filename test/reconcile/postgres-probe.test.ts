import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { probePostgres } from '../../src/reconcile/postgres-probe.ts';

async function listen(t: TestContext, onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => onConnection(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('a server that answers the probe is up, with or without Kerberos', async (t) => {
  for (const answer of ['G', 'N']) {
    const port = await listen(t, (socket) => socket.once('data', () => socket.end(answer)));
    assert.equal(await probePostgres('127.0.0.1', port), 'up');
  }
});

test('a server that is absent, silent, hangs up, or speaks another protocol is down', async (t) => {
  const silent = await listen(t, (socket) => socket.resume());
  const rude = await listen(t, (socket) => socket.destroy());
  const other = await listen(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n'));
  assert.equal(await probePostgres('127.0.0.1', silent, 100), 'down');
  assert.equal(await probePostgres('127.0.0.1', rude), 'down');
  assert.equal(await probePostgres('127.0.0.1', other), 'down');
  assert.equal(await probePostgres('127.0.0.1', 1), 'down');
});

test('a process without a free descriptor cannot probe and returns unsure', () => {
  const probe = new URL('../../src/reconcile/postgres-probe.ts', import.meta.url).href;
  const code = `
    const { openSync } = await import('node:fs');
    const { probePostgres } = await import('${probe}');
    await probePostgres('127.0.0.1', 1);
    try { for (;;) openSync('/dev/null'); } catch {}
    process.stdout.write(await probePostgres('127.0.0.1', 1));`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', code];
  const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -n 100; exec "$@"', 'sh', ...node], {
    encoding: 'utf8',
  });
  assert.equal(stdout, 'unsure', stderr);
});
