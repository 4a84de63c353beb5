import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from '../../src/machines/identify.ts';

function of(host: string) {
  return {
    databaseUrl: `postgresql://cornac:p@${host}:5432/cornac`,
    machinePrefix: 'cornac-',
  };
}

test('a machine has its name and address; the inventory also has the host of DATABASE_URL', () => {
  const prod = { name: 'cornac-prod', address: '10.0.0.3', hasGivenAddress: true };
  assert.deepEqual(namesOf(prod, of('db.example')), ['10.0.0.3', 'cornac-prod']);
  const own = { name: 'cornac-cornac', address: '10.0.0.2', hasGivenAddress: true };
  assert.deepEqual(namesOf(own, of('DB.example')), ['10.0.0.2', 'cornac-cornac', 'db.example']);
  assert.deepEqual(namesOf(own, of('[fd00::2]')), ['10.0.0.2', 'cornac-cornac', 'fd00::2']);
});

test('an address that only the guest reports is in no certificate, because it may be another machine’s', () => {
  for (const said of [{}, { hasGivenAddress: false }]) {
    const thief = { name: 'cornac-thief', address: '10.0.0.3', ...said };
    assert.deepEqual(namesOf(thief, of('db.example')), ['cornac-thief']);
    assert.throws(() => namesOf(thief, of('10.0.0.3')), /which DATABASE_URL names/);
  }
  const own = { name: 'cornac-cornac', address: '10.0.0.2' };
  assert.deepEqual(namesOf(own, of('10.0.0.2')), ['cornac-cornac', '10.0.0.2']);
});

test("no other machine gets a certificate for the inventory's name or address", () => {
  const thief = (address: string) => ({ name: 'cornac-thief', address, hasGivenAddress: true });
  assert.throws(() => namesOf(thief('10.0.0.2'), of('10.0.0.2')), /which DATABASE_URL names/);
  assert.throws(() => namesOf(thief('CORNAC-cornac.virt'), of('cornac-cornac.virt')), {
    name: 'ProviderError',
  });
  assert.throws(() => namesOf(thief('10.0.0.9'), of('cornac-thief')), /DATABASE_URL/);
  assert.throws(() => namesOf(thief('FD00:0::2'), of('[fd00::2]')), /DATABASE_URL/);
  assert.throws(() => namesOf(thief('cornac-cornac.virt.'), of('cornac-cornac.virt')), /DATABASE_URL/);
});
