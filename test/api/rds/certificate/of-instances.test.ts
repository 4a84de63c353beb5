import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CreateDBInstanceResult, DBInstance, ModifyDBInstanceResult } from '@aws-sdk/client-rds';
import { modifyCertificates } from '../../../../src/api/rds/certificate/modify.ts';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const [G1, G2] = ['rds-ca-rsa2048-g1', 'cornac-ca-ecc256-g2'];
const NAMES_OF_RDS = ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'];
const UNTIL = new Date('2036-01-01T00:00:00Z');

const api = await startTestApi();
after(() => api.close());

async function create(identifier: string, members: object = {}): Promise<DBInstance | undefined> {
  const input = { ...WALK_THROUGH, DBInstanceIdentifier: identifier, ...members };
  return (await api.call<CreateDBInstanceResult>(createDBInstance, input)).DBInstance;
}

/** Ends the create, with a certificate of this authority. */
async function finish(identifier: string, authority: string): Promise<void> {
  await api.finish(identifier);
  await certify(identifier, authority);
}

async function certify(identifier: string, authority: string): Promise<void> {
  await api.inventory.instances.change({ identifier }, { requestId: 'test' }, () => ({
    patch: { certificate: { authority, until: UNTIL } },
  }));
}

async function modify(identifier: string, members: object): Promise<DBInstance | undefined> {
  const input = { DBInstanceIdentifier: identifier, ...members };
  return (await api.call<ModifyDBInstanceResult>(modifyDBInstance, input)).DBInstance;
}

function shown(instance: DBInstance | undefined) {
  const { CACertificateIdentifier, CertificateDetails, PendingModifiedValues } = instance ?? {};
  return [CACertificateIdentifier, CertificateDetails, PendingModifiedValues?.CACertificateIdentifier];
}

test('a new instance has the default authority, that of ModifyCertificates, or the one that it names', async () => {
  assert.deepEqual(shown(await create('plain')), [G1, { CAIdentifier: G1, ValidTill: undefined }, undefined]);
  await api.call(modifyCertificates, { CertificateIdentifier: G2 });
  assert.equal((await create('chosen'))?.CACertificateIdentifier, G2);
  assert.equal((await create('named', { CACertificateIdentifier: G1 }))?.CACertificateIdentifier, G1);
  await api.call(modifyCertificates, { RemoveCustomerOverride: true });
});

test('another authority waits for the maintenance window', async () => {
  await create('waits');
  await finish('waits', G1);
  const waiting = await modify('waits', { CACertificateIdentifier: G2 });
  assert.deepEqual(shown(waiting), [G1, { CAIdentifier: G1, ValidTill: UNTIL }, G2]);
  assert.equal(waiting?.DBInstanceStatus, 'available');
  const { caCertificateIdentifier } = (await api.inventory.instances.find({ identifier: 'waits' })) ?? {};
  assert.equal(caCertificateIdentifier, G1);
  assert.deepEqual(shown(await modify('waits', { CACertificateIdentifier: G1 })).at(-1), undefined);
});

test('ApplyImmediately requests another authority at once, without an operation', async () => {
  await create('now');
  await finish('now', G1);
  const requested = await modify('now', {
    CACertificateIdentifier: G2,
    CertificateRotationRestart: false,
    ApplyImmediately: true,
  });
  assert.deepEqual(shown(requested), [G1, { CAIdentifier: G1, ValidTill: UNTIL }, G2]);
  const found = await api.inventory.instances.find({ identifier: 'now' });
  assert.deepEqual(
    [found?.caCertificateIdentifier, found?.operationId, found?.status],
    [G2, null, 'available'],
  );
});

for (const [index, name] of NAMES_OF_RDS.entries()) {
  test(`a create and a modification that name ${name} show this name`, async () => {
    const members = { CACertificateIdentifier: name };
    assert.equal(shown(await create(`created${index}`, members))[0], name);
    await create(`modified${index}`, { CACertificateIdentifier: G2 });
    await finish(`modified${index}`, G2);
    const requested = await modify(`modified${index}`, { ...members, ApplyImmediately: true });
    assert.equal(shown(requested).at(-1), name);
    await certify(`modified${index}`, name);
    assert.deepEqual(shown(await modify(`modified${index}`, members)), [
      name,
      { CAIdentifier: name, ValidTill: UNTIL },
      undefined,
    ]);
  });
}

test('an authority that Cornac does not have is not found', async () => {
  const other = { CACertificateIdentifier: 'rds-ca-2019' };
  const notFound = { code: 'CertificateNotFound', message: 'Certificate not found: rds-ca-2019' };
  await assert.rejects(create('other', other), notFound);
  await assert.rejects(modify('now', other), notFound);
});
