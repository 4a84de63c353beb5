import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { sh } from '../../src/ssh/command.ts';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import { makeKey } from '../support/local/world.ts';

test("a machine's compressed data are refused, not unpacked", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-ssh-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const hostKey = generateKeyPair();
  const algorithms = { compress: ['zlib', 'zlib@openssh.com'] as ssh2.CompressionAlgorithm[] };
  const server = new ssh2.Server({ hostKeys: [hostKey.private], algorithms }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => accept().on('exec', (start) => start().exit(0)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ssh = createSsh({ auth: { keyFile: makeKey(dir).keyFile } });
  t.after(() => ssh.close());
  const target = { host: '127.0.0.1', port, user: 'x', hostKey: hostKey.public };
  await assert.rejects(ssh.run(target, sh`true`, { timeoutMs: 5_000 }), {
    code: 'Unreachable',
    message: /no matching .* compression/,
  });
});
