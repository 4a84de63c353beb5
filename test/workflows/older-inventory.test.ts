import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { CALL, VERIFIER } from '../support/inventory.ts';
import { select } from '../support/many-instances.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

let world: World;
before(async () => {
  quiet();
  world = await createWorld({ older: 'f796a9c' });
});
after(() => world?.close());

async function find(identifier: string): Promise<Instance> {
  const instance = await world.inventory.instances.find({ identifier });
  assert.ok(instance);
  return instance;
}

/** Makes the machine of an instance of the older version, with its server. @returns its address */
async function makeMachine({ machine: name, dbiResourceId: owner, ...instance }: Instance): Promise<string> {
  const { provider, guest, engineVersion } = world;
  await provider.ensureMachine({ name, owner, cpus: 1, memoryMiB: 1024, diskGiB: 5 }, noProgress());
  const machine = await provider.startMachine(name, noProgress());
  await guest.prepareDisk(machine);
  await guest.initCluster(machine, { version: engineVersion });
  await guest.configure(machine, { port: String(instance.port) });
  await guest.startPostgres(machine);
  const { masterUsername: user, dbName: database } = instance;
  await guest.ensureMaster(machine, { user, database, verifier: await scramVerifier('C0nfidential!') });
  return machine.address;
}

test('an instance of an inventory of f796a9c is rebooted, modified and deleted', async () => {
  const { inventory, provider, databaseUrl } = world;
  const instance = await find('ready');
  const { dbiResourceId, machine, port } = instance;
  const address = await makeMachine(instance);
  const ref = { dbiResourceId };

  await inventory.instances.change(ref, CALL, () => ({ operation: { type: 'rebootDbInstance' } }));
  const rebooted = await world.settle(dbiResourceId);
  assert.deepEqual([rebooted?.status, rebooted?.address, rebooted?.port], ['available', address, port]);

  const modification = { dbInstanceClass: 'db.t2.small', allocatedStorage: 6, masterPassword: true } as const;
  await inventory.instances.change(ref, CALL, () => ({
    operation: { type: 'modifyDbInstance', input: { modification } },
    masterVerifier: VERIFIER,
  }));
  const modified = await world.settle(dbiResourceId);
  assert.deepEqual(
    [modified?.status, modified?.dbInstanceClass, modified?.allocatedStorage, modified?.machine],
    ['available', 'db.t2.small', 6, machine],
  );
  assert.equal(await inventory.findSecret(dbiResourceId, 'master'), undefined);

  await inventory.instances.change(ref, CALL, () => ({ operation: { type: 'deleteDbInstance' } }));
  assert.equal(await world.settle(dbiResourceId), undefined);
  assert.equal(await provider.findMachine(machine), undefined);
  const rows = await select(databaseUrl, 'SELECT FROM server WHERE machine = $1', [machine]);
  assert.equal(rows.length, 0);

  const again = await world.settle((await world.create('ready')).dbiResourceId);
  assert.deepEqual([again?.status, again?.address, again?.machine], ['available', address, machine]);
});

test('a create that a gateway of f796a9c promised is carried out', async () => {
  const { dbiResourceId } = await find('promised');
  const created = await world.settle(dbiResourceId);
  assert.equal(created?.status, 'available');
  assert.equal((await world.provider.findMachine('cornac-promised'))?.owner, dbiResourceId);
});
