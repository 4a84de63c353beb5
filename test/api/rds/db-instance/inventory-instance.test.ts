import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { deleteDBInstance } from '../../../../src/api/rds/db-instance/delete.ts';
import { modifyDBInstance } from '../../../../src/api/rds/db-instance/modify.ts';
import { stopDBInstance } from '../../../../src/api/rds/db-instance/stop.ts';
import { INVENTORY_IDENTIFIER } from '../../../../src/model/db-instance/inventory-instance.ts';
import { startTestApi, type TestApi, WALK_THROUGH } from '../../../support/api/api.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
  await api.call(createDBInstance, WALK_THROUGH);
  await api.finish('test0');
  const instance = await api.inventory.instances.find({ identifier: 'test0' });
  assert.ok(instance);
  const dbiResourceId = `${instance.dbiResourceId.slice(0, -2)}00`;
  const own = { identifier: INVENTORY_IDENTIFIER, machine: 'cornac-cornac', dbiResourceId };
  await api.inventory.instances.register({ ...instance, ...own }, []);
});
after(() => api.close());

const refused = { code: 'InvalidDBInstanceState', status: 400 };

test('the instance that holds the inventory cannot be stopped', () =>
  assert.rejects(api.call(stopDBInstance, { DBInstanceIdentifier: INVENTORY_IDENTIFIER }), refused));

test('the instance that holds the inventory cannot be deleted, protected or not', () =>
  assert.rejects(
    api.call(deleteDBInstance, { DBInstanceIdentifier: INVENTORY_IDENTIFIER, SkipFinalSnapshot: true }),
    refused,
  ));

test('the master password of the instance that holds the inventory cannot be changed', () =>
  assert.rejects(
    api.call(modifyDBInstance, {
      DBInstanceIdentifier: INVENTORY_IDENTIFIER,
      MasterUserPassword: 'C0nfidentiel',
    }),
    refused,
  ));

test('the certificate authority of the instance that holds the inventory cannot be changed', () =>
  assert.rejects(
    api.call(modifyDBInstance, {
      DBInstanceIdentifier: INVENTORY_IDENTIFIER,
      CACertificateIdentifier: 'cornac-ca-ecc256-g2',
      ApplyImmediately: true,
    }),
    refused,
  ));

test('the instance that holds the inventory may take another name of its certificate authority', async () => {
  await api.call(modifyDBInstance, {
    DBInstanceIdentifier: INVENTORY_IDENTIFIER,
    CACertificateIdentifier: 'rds-ca-ecc384-g1',
    ApplyImmediately: true,
  });
  const own = await api.inventory.instances.find({ identifier: INVENTORY_IDENTIFIER });
  assert.equal(own?.caCertificateIdentifier, 'rds-ca-ecc384-g1');
});

test('tags, class and storage of the instance that holds the inventory can be changed', async () => {
  await api.call(modifyDBInstance, { DBInstanceIdentifier: INVENTORY_IDENTIFIER, AllocatedStorage: 10 });
  const own = await api.inventory.instances.find({ identifier: INVENTORY_IDENTIFIER });
  assert.deepEqual(own?.pending, { allocatedStorage: 10 });
});

test("no other instance gets the identifier of the inventory's instance", () =>
  assert.rejects(api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: 'Cornac' }), {
    code: 'InvalidParameterValue',
  }));
