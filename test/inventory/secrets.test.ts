import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import pg from 'pg';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { CALL, startTestInventory, VERIFIER } from '../support/inventory.ts';

const { inventory, databaseUrl, createAvailable, close } = await startTestInventory();
after(close);

test('a sealed value is unsealed with the same key and context', () => {
  const sealer = createSealer(randomBytes(32));
  for (const value of ['', 'C0nfidentiel', 'größer'.repeat(1000)]) {
    assert.equal(sealer.unseal(sealer.seal(value, 'a'), 'a'), value);
  }
});

test('a sealed value does not show its text, and differs each time', () => {
  const sealer = createSealer(randomBytes(32));
  const [first, second] = [sealer.seal('C0nfidentiel', 'a'), sealer.seal('C0nfidentiel', 'a')];
  assert.ok(!Buffer.from(first).includes('C0nfidentiel'));
  assert.notDeepEqual(first, second);
});

test('another key, another context or a changed bit unseals nothing', () => {
  const key = randomBytes(32);
  const sealed = createSealer(key).seal('C0nfidentiel', 'a');
  assert.throws(() => createSealer(randomBytes(32)).unseal(sealed, 'a'));
  assert.throws(() => createSealer(key).unseal(sealed, 'b'));
  for (const index of [0, 12, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
    assert.throws(() => createSealer(key).unseal(changed, 'a'));
  }
});

test('the inventory stores a verifier sealed in the context of its instance', async () => {
  const { dbiResourceId } = await createAvailable('sealed');
  const other = await createAvailable('other');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query('SELECT sealed FROM secret WHERE dbi_resource_id = $1', [
      dbiResourceId,
    ]);
    assert.equal(rows.length, 1);
    assert.ok(!rows[0].sealed.includes('SCRAM'));
    assert.equal((await inventory.findSecret(dbiResourceId, 'master'))?.value, VERIFIER);

    await client.query('UPDATE secret SET sealed = $1 WHERE dbi_resource_id = $2', [
      rows[0].sealed,
      other.dbiResourceId,
    ]);
    await assert.rejects(inventory.findSecret(other.dbiResourceId, 'master'), 'moved to another instance');
  } finally {
    await client.end();
  }
});

test('an inventory with another key cannot read a secret', async () => {
  const { dbiResourceId } = await createAvailable('locked');
  const stranger = createInventory(databaseUrl, createSealer(randomBytes(32)));
  await assert.rejects(stranger.findSecret(dbiResourceId, 'master'));
  await stranger.close();
});

test('an applied secret is removed, unless a newer one was stored meanwhile', async () => {
  const { dbiResourceId } = await createAvailable('renewed');
  const old = await inventory.findSecret(dbiResourceId, 'master');
  await inventory.instances.change({ dbiResourceId }, CALL, () => ({ masterVerifier: 'newer' }));
  await inventory.forgetSecret(dbiResourceId, 'master', old?.version ?? '');
  const newer = await inventory.findSecret(dbiResourceId, 'master');
  assert.equal(newer?.value, 'newer');
  await inventory.forgetSecret(dbiResourceId, 'master', newer?.version ?? '');
  assert.equal(await inventory.findSecret(dbiResourceId, 'master'), undefined);
});
