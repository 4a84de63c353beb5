import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { toFailure } from '../../src/activities/failure.ts';
import { migrate } from '../../src/inventory/database/migrate.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { awaitMigration } from '../../src/processes/watch-inventory.ts';
import { cleanEnv, nodeArguments } from '../support/cli/cornac.ts';
import { select } from '../support/many-instances.ts';
import { loadOlderInventory, OLDER_KEY, olderSealer } from '../support/older-inventory/load.ts';
import { startPostgres } from '../support/postgres.ts';

const postgres = await startPostgres();
const directory = mkdtempSync(join(tmpdir(), 'cornac-unmigrated-'));
after(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true });
});

async function openOlder() {
  const url = await postgres.createEmptyDatabase();
  await loadOlderInventory(url, '1ea862c');
  const inventory = createInventory(url, olderSealer());
  after(() => inventory.close());
  return { url, inventory };
}

function collectWarnings() {
  const warnings: string[] = [];
  return { warnings, log: { warn: (message: string) => void warnings.push(message) } as never };
}

test('a step on an inventory that is not migrated yet waits, and ends well after the migration', async () => {
  const { url, inventory } = await openOlder();
  const sql =
    'SELECT dbi_resource_id AS id, operation_id FROM instance WHERE operation_id IS NOT NULL LIMIT 1';
  const [{ id, operation_id } = { id: '', operation_id: '' }] = await select<Record<string, string>>(
    url,
    sql,
  );
  const steps = [
    () => inventory.operations.look({ dbiResourceId: id, operationId: operation_id }),
    () => inventory.operations.begin({ operationId: operation_id ?? randomUUID() }),
    () => inventory.instances.list(),
  ];
  for (const step of steps) {
    const error = await step().catch((reason: unknown) => reason);
    // However often it was tried.
    const failure = toFailure(error, 1_000);
    assert.ok(failure instanceof ApplicationFailure && !failure.nonRetryable, String(error));
    assert.equal(failure.type, 'InventoryUnavailable');
  }
  await migrate(url);
  for (const step of steps) await step();
  const { operation } = await inventory.operations.look({ dbiResourceId: id });
  assert.equal(operation?.id, operation_id);
});

test('a worker waits for the migration with one line in the log', async () => {
  const { url, inventory } = await openOlder();
  const { warnings, log } = collectWarnings();
  let looks = 0;
  const ping = async () => {
    // It is down for a moment, while it is waited for.
    if (++looks === 2) throw new Error('Connection terminated');
    if (looks === 4) await migrate(url);
    await inventory.ping();
  };
  await awaitMigration({ ping }, { log, signal: new AbortController().signal }, 1);
  assert.equal(looks, 4);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /lacks the migration 0009_\w+, 0010_resource, .*: run `cornac migratedb`; the worker accepts no/,
  );
});

test('a worker that waits for the migration ends when it is stopped', async () => {
  const { inventory } = await openOlder();
  const stop = new AbortController();
  const log = { warn: () => stop.abort() } as never;
  await awaitMigration(inventory, { log, signal: stop.signal }, 60_000);
});

test('a worker waits for the tables of an empty database, and not for an inventory that is down', async () => {
  const { signal } = new AbortController();
  const { warnings, log } = collectWarnings();
  await awaitMigration({ ping: () => Promise.reject(new Error('down')) }, { log, signal }, 60_000);
  assert.deepEqual(warnings, []);
  const url = await postgres.createEmptyDatabase();
  const inventory = createInventory(url, olderSealer());
  after(() => inventory.close());
  await assert.rejects(inventory.ping(), { name: 'MigrationError', message: /lacks the migration 0001/ });
});

test('cornac worker-process goes on to Temporal after the migration, and not before', async (t) => {
  const { url } = await openOlder();
  const key = join(directory, 'key');
  writeFileSync(key, `${OLDER_KEY.toString('base64')}\n`, { mode: 0o600 });
  const child = spawn(process.execPath, [...nodeArguments, 'worker-process'], {
    cwd: directory,
    env: cleanEnv({
      CORNAC_STATE_DIR: join(directory, 'state'),
      CORNAC_SECRET_KEY_FILE: key,
      CORNAC_DATABASE_URL: url,
      CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1',
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const lines: string[] = [];
  const waits = new Promise<void>((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        if (/lacks the migration 0009_/.test(line)) resolve();
      });
    }
  });
  await Promise.race([waits, closed]);
  assert.equal(child.exitCode, null, lines.join('\n'));
  await migrate(url);
  await closed;
  assert.match(lines.join('\n'), /Temporal does not answer/);
});
