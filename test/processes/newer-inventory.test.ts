import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import type { Listener } from '../../src/api/server.ts';
import { loadConfig } from '../../src/config/load.ts';
import { InventoryTooNew } from '../../src/inventory/database/schema-version.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { runGateway } from '../../src/processes/gateway.ts';
import { refuseNewerInventory, watchInventory } from '../../src/processes/watch-inventory.ts';
import { cornac } from '../support/cli/cornac.ts';
import { select } from '../support/many-instances.ts';
import { findPostgresPrograms, startPostgres } from '../support/postgres.ts';

const postgres = await startPostgres();
const directory = mkdtempSync(join(tmpdir(), 'cornac-newer-'));
// The user of machines is to get in.
chmodSync(directory, 0o711);
after(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true });
});

/** What a newer Cornac's migration leaves. */
const FUTURE_MIGRATION = `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)
  VALUES ('x', 'y', now(), '9999_future')`;

async function migrateByNewer(url: string): Promise<void> {
  await select(url, FUTURE_MIGRATION);
}

async function open(url: string) {
  const inventory = createInventory(url, createSealer(randomBytes(32)));
  after(() => inventory.close());
  return inventory;
}

const WORDS = /newer Cornac.*9999_future.*run a Cornac at least as new/;

test('an inventory of this version is accepted', async () => {
  const inventory = await open(await postgres.createInventoryDatabase());
  await inventory.ping();
  await refuseNewerInventory(inventory);
});

test('an inventory of a newer Cornac is refused with the advice', async () => {
  const url = await postgres.createInventoryDatabase();
  await migrateByNewer(url);
  const inventory = await open(url);
  await assert.rejects(inventory.ping(), (error) => error instanceof InventoryTooNew);
  await assert.rejects(refuseNewerInventory(inventory), WORDS);
});

test('an inventory that lacks a migration is not ready, but is accepted', async () => {
  const url = await postgres.createInventoryDatabase();
  await select(url, "DELETE FROM _prisma_migrations WHERE migration_name LIKE '0009%'");
  const inventory = await open(url);
  await assert.rejects(inventory.ping(), /lacks the migration 0009_\w+: run `cornac migratedb`/);
  await refuseNewerInventory(inventory);
});

test('an inventory that is down is accepted', async () => {
  await refuseNewerInventory(await open('postgresql://postgres@127.0.0.1:1/none'));
});

test('watchInventory throws after a newer Cornac has migrated the inventory, and not before', async () => {
  const url = await postgres.createInventoryDatabase();
  const inventory = await open(url);
  const stop = new AbortController();
  let looks = 0;
  const ping = async () => {
    if (++looks === 3) stop.abort();
    await inventory.ping();
  };
  await watchInventory({ ping }, stop.signal, 10);
  const ends = assert.rejects(watchInventory(inventory, new AbortController().signal, 10), WORDS);
  await migrateByNewer(url);
  await ends;
});

test('a gateway that ends because a newer Cornac has migrated the inventory takes no more requests', async () => {
  const url = await postgres.createInventoryDatabase();
  const { port, error } = await runGatewayUntilMigrated(url);
  assert.match(String(error), WORDS);
  const knock = connect(port, '127.0.0.1');
  const outcome = await new Promise((resolve) => {
    knock.once('connect', () => resolve('connected'));
    knock.once('error', (reason: NodeJS.ErrnoException) => resolve(reason.code));
  });
  knock.destroy();
  assert.equal(outcome, 'ECONNREFUSED');
});

/** Runs a gateway whose inventory a newer Cornac migrates as soon as the gateway takes requests. */
async function runGatewayUntilMigrated(url: string) {
  let port = 0;
  const onReady = (endpoint: Listener) => {
    ({ port } = endpoint);
    // Not asynchronous: the gateway looks at the inventory next, and after that only in a minute.
    execFileSync(join(findPostgresPrograms(), 'psql'), ['-qc', FUTURE_MIGRATION, url]);
  };
  const config = loadConfig({ env: settings(url, 'gateway') });
  const options = { log: pino({ level: 'silent' }), signal: new AbortController().signal, onReady };
  const error = await runGateway(config, options).catch((reason: unknown) => reason);
  return { port, error };
}

function settings(url: string, name: string): NodeJS.ProcessEnv {
  const key = join(directory, `${name}.key`);
  writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  return {
    CORNAC_CONFIG: join(directory, 'cornac.toml'),
    CORNAC_STATE_DIR: join(directory, name),
    CORNAC_SECRET_KEY_FILE: key,
    CORNAC_DATABASE_URL: url,
    CORNAC_IAAS: 'local',
    CORNAC_LISTEN: '127.0.0.1:0',
    CORNAC_OPS_LISTEN: '127.0.0.1:0',
    // Nobody is there: it is not asked.
    CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
}

for (const command of ['run', 'worker-process', 'worker']) {
  test(`cornac ${command} ends at once on an inventory of a newer Cornac`, async () => {
    const url = await postgres.createInventoryDatabase();
    await migrateByNewer(url);
    const env = settings(url, command);
    const { status, stdout, stderr } = await cornac([command], { cwd: directory, env });
    assert.equal(status, 3, stdout + stderr);
    assert.match(stdout + stderr, WORDS);
  });
}
