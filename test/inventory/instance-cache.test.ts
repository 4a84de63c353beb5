import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { openDatabase, openPool } from '../../src/inventory/database/client.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInstanceCache, type InstanceQuery } from '../../src/inventory/instance-cache.ts';
import { createInventory, type Inventory } from '../../src/inventory/inventory.ts';
import { CALL, startTestInventory, type TestInventory } from '../support/inventory.ts';
import { select } from '../support/many-instances.ts';

let world: TestInventory;
/** Another gateway on the same inventory. */
let other: Inventory;
before(async () => {
  world = await startTestInventory();
  other = createInventory(world.databaseUrl, createSealer(randomBytes(32)));
  for (const identifier of ['a', 'b', 'c']) await world.createAvailable(identifier);
});
after(async () => {
  await other?.close();
  await world?.close();
});

function list() {
  return world.inventory.instances.list();
}
async function protect(inventory: Inventory, identifier: string) {
  const { instance } = await inventory.instances.change({ identifier }, CALL, ({ deletionProtection }) => ({
    patch: { deletionProtection: !deletionProtection },
  }));
  return instance;
}

test('an unchanged instance is the same frozen object in every list', async () => {
  const first = await list();
  const second = await list();
  assert.equal(first.length, 3);
  assert.ok(first.every((instance, index) => instance === second[index] && Object.isFrozen(instance)));
});

test('an unchanged list is the same frozen object, and no other list is mistaken for it', async () => {
  const whole = await list();
  assert.ok(Object.isFrozen(whole));
  assert.equal(await list(), whole);
  const page = await world.inventory.instances.list({ after: 'a', limit: 1 });
  assert.deepEqual(page, whole.slice(1, 2));
  assert.deepEqual(await world.inventory.instances.list({ identifiers: ['nobody'] }), []);
  assert.deepEqual(await list(), whole);
});

test('an instance that any gateway has changed is read again, and only this instance', async () => {
  for (const writer of [world.inventory, other]) {
    const [a, b, c] = await list();
    await protect(writer, 'b');
    const now = await list();
    assert.equal(now[1]?.deletionProtection, !b?.deletionProtection);
    assert.equal(now[0], a);
    assert.equal(now[2], c);
  }
});

for (const [row, change] of [
  ['primary server', "UPDATE server SET host = 'b' WHERE machine = 'cornac-b'"],
  ['endpoint', "UPDATE endpoint SET address = '127.0.0.7' WHERE identifier = 'b'"],
] as const) {
  test(`an instance whose row of its ${row} has changed is read again, and only this instance`, async () => {
    const [a, b, c] = await list();
    await select(world.databaseUrl, change);
    const now = await list();
    assert.notEqual(now[1], b);
    assert.ok(row === 'endpoint' ? now[1]?.address === '127.0.0.7' : now[1]?.host === 'b');
    assert.deepEqual([now[0], now[2]], [a, c]);
    assert.equal(now[0], a);
  });
}

test('a page of the list is as fresh as the whole list', async () => {
  await list();
  await protect(other, 'c');
  const [whole, [page]] = [await list(), await world.inventory.instances.list({ after: 'b', limit: 1 })];
  assert.equal(page, whole[2]);
});

test('a deleted instance disappears from the list, and a new instance of its name is another object', async () => {
  const [a] = await list();
  const ref = await world.begin('a', 'deleteDbInstance');
  await other.operations.forget(ref, []);
  assert.deepEqual(
    (await list()).map(({ identifier }) => identifier),
    ['b', 'c'],
  );
  const again = await world.createAvailable('a');
  assert.notEqual((await list())[0], a);
  assert.equal((await list())[0]?.dbiResourceId, again.dbiResourceId);
});

test('a list during a change is never older than the list before it', async () => {
  const seen: boolean[] = [];
  for (let round = 0; round < 20; round++) {
    const change = protect(other, 'b');
    const during = await list();
    seen.push(during.some(({ identifier }) => identifier === 'b'));
    const { deletionProtection } = await change;
    const [, b] = await list();
    assert.equal(b?.deletionProtection, deletionProtection);
  }
  assert.ok(seen.every(Boolean));
});

test('a page is full although one of its instances is deleted while it is read', async () => {
  const pool = openPool(world.databaseUrl);
  const database = openDatabase(pool);
  try {
    let deleted = false;
    const deleting = database.$extends({
      query: {
        instance: {
          findMany: async ({ args, query }) => {
            if (!deleted) await other.operations.forget(await world.begin('b', 'deleteDbInstance'), []);
            deleted = true;
            return query(args);
          },
        },
      },
    });
    const page = await createInstanceCache(deleting as unknown as typeof database, pool)({ limit: 2 });
    assert.deepEqual(
      page.map(({ identifier }) => identifier),
      ['a', 'c'],
    );
  } finally {
    await database.$disconnect();
    await pool.end();
  }
});

test("the inventory's own instance comes first, on the first page only", async () => {
  await world.createAvailable('b');
  await world.createAvailable('cornac');
  const page = async (query: InstanceQuery) =>
    (await world.inventory.instances.list(query)).map(({ identifier }) => identifier);
  assert.deepEqual(await page({}), ['cornac', 'a', 'b', 'c']);
  assert.deepEqual(await page({ limit: 2 }), ['cornac', 'a']);
  assert.deepEqual(await page({ after: 'cornac', limit: 2 }), ['a', 'b']);
  assert.deepEqual(await page({ after: 'b' }), ['c']);
  assert.deepEqual(await page({ after: 'bb' }), ['c']);
  assert.deepEqual(await page({ identifiers: ['a', 'cornac'] }), ['cornac', 'a']);
});
