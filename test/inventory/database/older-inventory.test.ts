import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../../src/inventory/database/migrate.ts';
import { createInventory, type Inventory } from '../../../src/inventory/inventory.ts';
import { VERIFIER } from '../../support/inventory.ts';
import { loadOlderInventory, OLDER_INVENTORIES, olderSealer } from '../../support/older-inventory/load.ts';
import { startPostgres } from '../../support/postgres.ts';

const postgres = await startPostgres();
after(() => postgres.stop());

/** Columns that the table instance has both before and after the migration. */
const KEPT = `dbi_resource_id, identifier, status, operation_id, db_instance_class, engine_version, allocated_storage,
  master_username, db_name, deletion_protection, pending, tags, created_at, available_at`;
const SINCE = ['lost_at', 'shortage'];

async function read(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

for (const version of OLDER_INVENTORIES) {
  describe(`an inventory of ${version}`, async () => {
    const url = await postgres.createEmptyDatabase();
    await loadOlderInventory(url, version);
    const columns = await read(
      url,
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'instance'`,
    );
    const since = SINCE.filter((each) => columns.some(({ name }) => name === each));
    const own = `SELECT ${[KEPT, ...since].join(', ')} FROM instance ORDER BY identifier`;
    const places = 'identifier, machine, host, address, port';
    const others = ['operation', 'event', 'secret', 'invocation', 'engine_version'];
    const readOthers = () =>
      Promise.all(
        others.map((table) =>
          read(url, `SELECT to_jsonb(t) - 'facts' - 'resource_kind' AS row FROM ${table} AS t ORDER BY 1`),
        ),
      );
    const old = {
      own: await read(url, own),
      places: await read(url, `SELECT ${places} FROM instance ORDER BY 1`),
      settings: await read(url, 'SELECT identifier, settings FROM instance ORDER BY 1'),
      others: await readOthers(),
    };
    let applied: string[];
    let inventory: Inventory;
    before(async () => {
      applied = await migrate(url);
      inventory = createInventory(url, olderSealer());
    });
    after(() => inventory?.close());

    test('has an instance in every status of that version', () => {
      const statuses = new Set(old.own.map(({ status }) => status));
      assert.equal(statuses.size, version === 'f796a9c' ? 10 : 11);
      assert.ok(applied.includes('0009_servers_and_endpoints'));
    });

    test("keeps the instances' own columns", async () => {
      assert.deepEqual(await read(url, own), old.own);
    });

    test('keeps machines, hosts, addresses and ports, in rows of servers and endpoints', async () => {
      const rows = await read(
        url,
        `SELECT e.identifier, s.machine, s.host, e.address, e.port FROM instance AS i
           JOIN server AS s ON s.id = i.primary_server_id AND s.dbi_resource_id = i.dbi_resource_id
           JOIN endpoint AS e ON e.dbi_resource_id = i.dbi_resource_id AND e.identifier = i.identifier
          WHERE s.role = 'primary' AND s.address IS NOT DISTINCT FROM e.address AND e.epoch = 1 ORDER BY 1`,
      );
      assert.deepEqual(rows, old.places);
      assert.deepEqual(await read(url, 'SELECT count(*)::int FROM server'), [{ count: rows.length }]);
    });

    test('keeps every attribute, with the maintenance window in a column of its own', async () => {
      const rows = await read(
        url,
        'SELECT identifier, settings, preferred_maintenance_window FROM instance ORDER BY 1',
      );
      const whole = rows.map(({ identifier, settings, preferred_maintenance_window: window }) => ({
        identifier,
        settings: { ...(settings as object), preferredMaintenanceWindow: window },
      }));
      assert.deepEqual(whole, old.settings);
      assert.ok(rows.every(({ settings }) => !('preferredMaintenanceWindow' in (settings as object))));
    });

    test('keeps operations, events, secrets, answers and versions unchanged', async () => {
      assert.deepEqual(await readOthers(), old.others);
    });

    test('is readable by this version: instances, secrets, open operations, answers of retries', async () => {
      const list = await inventory.instances.list();
      assert.equal(list.length, old.own.length);
      assert.equal(list[0]?.identifier, 'cornac');
      const ready = list.find(({ identifier }) => identifier === 'ready');
      assert.deepEqual([ready?.machine, ready?.port, ready?.address], ['cornac-ready', 6432, '127.0.0.10']);
      assert.equal(ready?.preferredMaintenanceWindow, 'mon:01:00-mon:01:30');
      const promised = await inventory.instances.find({ identifier: 'promised' });
      const secret = await inventory.findSecret(promised?.dbiResourceId ?? '', 'master');
      assert.equal(secret?.value, VERIFIER);
      const open = await inventory.operations.listOpen();
      const held = list.filter(({ operationId }) => operationId !== null);
      assert.ok(held.length >= 8);
      for (const { operationId } of held) assert.ok(open.some(({ id }) => id === operationId));
    });
  });
}

test('a failed migration leaves the older inventory unchanged, and the next run succeeds', async () => {
  const url = await postgres.createEmptyDatabase();
  await loadOlderInventory(url, '1ea862c');
  const rows = () => read(url, 'SELECT * FROM instance ORDER BY identifier');
  const before = await rows();
  // A relation of this name conflicts with the second table.
  await read(url, 'CREATE VIEW endpoint AS SELECT 1');
  await assert.rejects(migrate(url), /endpoint/);
  assert.deepEqual(await rows(), before);
  assert.deepEqual(await read(url, "SELECT to_regclass('server') AS server"), [{ server: null }]);
  await read(url, 'DROP VIEW endpoint');
  assert.ok((await migrate(url)).length > 0);
});
