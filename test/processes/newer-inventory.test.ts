import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InventoryTooNew } from '../../src/inventory/database/schema-version.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { refuseNewerInventory, watchInventory } from '../../src/processes/watch-inventory.ts';
import { cornac } from '../support/cli/cornac.ts';
import { select } from '../support/many-instances.ts';
import { startPostgres } from '../support/postgres.ts';

const postgres = await startPostgres();
const directory = mkdtempSync(join(tmpdir(), 'cornac-newer-'));
after(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true });
});

/** Leaves what a migration by a newer Cornac leaves. */
async function migrateByNewer(url: string): Promise<void> {
  await select(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)
     VALUES ('x', 'y', now(), '9999_future')`,
  );
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

for (const command of ['run', 'worker-process']) {
  test(`cornac ${command} ends at once on an inventory of a newer Cornac`, async () => {
    const url = await postgres.createInventoryDatabase();
    await migrateByNewer(url);
    const key = join(directory, `${command}.key`);
    writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    const env = {
      CORNAC_STATE_DIR: join(directory, command),
      CORNAC_SECRET_KEY_FILE: key,
      CORNAC_DATABASE_URL: url,
      CORNAC_LISTEN: '127.0.0.1:0',
      CORNAC_OPS_LISTEN: '127.0.0.1:0',
      // No server listens there; Temporal is not asked.
      CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1',
    };
    const { status, stdout, stderr } = await cornac([command], { cwd: directory, env });
    assert.equal(status, 1);
    assert.match(stdout + stderr, WORDS);
  });
}
