import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { RDSClient, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { cleanEnv, shellCommand } from '../support/cli/cornac.ts';
import { ACCESS_KEY, REGION, SECRET_KEY, startGatewayProcess } from '../support/gateway-process.ts';
import { startTestInventory } from '../support/inventory.ts';

const inventory = await startTestInventory();
after(inventory.close);
const run = promisify(execFile);

test('a gateway whose log is on a full disk answers as usual, and counts the lines', async (t) => {
  await inventory.createAvailable('logged');
  const gateway = await startGatewayProcess(inventory.databaseUrl, openSync('/dev/full', 'w'));
  t.after(() => gateway.stop());
  const client = new RDSClient({
    endpoint: gateway.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());

  const reboot = () => client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'logged' }));
  assert.equal((await reboot()).DBInstance?.DBInstanceStatus, 'rebooting');
  await assert.rejects(reboot(), { name: 'InvalidDBInstanceStateFault' });
  const metrics = await fetch(`${gateway.ops}/metrics`).then((response) => response.text());
  const [, lost = '0'] = /^cornac_log_lines_lost_total (\d+)$/m.exec(metrics) ?? [];
  assert.ok(Number(lost) >= 2, metrics);
});

test('a gateway whose log pipe is not read answers as usual', async (t) => {
  await inventory.createAvailable('unread');
  const gateway = await startGatewayProcess(inventory.databaseUrl, 'pipe');
  t.after(() => gateway.stop());
  gateway.process.stderr?.pause();
  const client = new RDSClient({
    endpoint: gateway.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  // A pipe holds 64 KiB, and each request writes a line.
  for (let count = 0; count < 1200; count++) {
    const response = await fetch(gateway.endpoint, { method: 'POST' });
    assert.equal(response.status, 403);
    await response.arrayBuffer();
  }
  const { DBInstance } = await client.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'unread' }));
  assert.equal(DBInstance?.DBInstanceStatus, 'rebooting');
});

const directory = mkdtempSync(join(tmpdir(), 'cornac-output-'));
after(() => rmSync(directory, { recursive: true }));
function shell(script: string) {
  return run('bash', ['-c', script.replaceAll('cornac', shellCommand)], {
    cwd: join(import.meta.dirname, '../..'),
    env: cleanEnv({ CORNAC_STATE_DIR: directory }),
  });
}

for (const stderr of ['/dev/full', '&-']) {
  test(`a command whose stderr is ${stderr} completes its work`, async () => {
    const { stdout } = await shell(`exec cornac generate-credentials --save 2>${stderr}`);
    assert.match(stdout, /^Access key ID,Secret access key\nCORNAC/);
  });
}

test('results that cannot be written: status 1 and a message without a stack trace', async () => {
  await assert.rejects(shell('exec cornac generate-credentials >/dev/full'), (error) => {
    const { code, stderr } = error as { code?: number; stderr?: string };
    assert.equal(code, 1);
    assert.match(stderr ?? '', /^cornac: the results could not be written: ENOSPC/m);
    assert.doesNotMatch(stderr ?? '', /^\s+at /m);
    return true;
  });
});
