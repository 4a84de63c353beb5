import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import type { FoundReplication, FoundSlot } from '../../src/guest/replicas.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { slotOf } from '../../src/model/db-instance/replication.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { noteReplicas } from '../../src/reconcile/replica-watch.ts';
import { CALL, newInstance, refOf, startTestInventory, type TestInventory } from '../support/inventory.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

const STREAMING: FoundReplication = { state: 'streaming', isPaused: false, lagSeconds: 0 };
const WAITING: FoundReplication = { state: 'waiting', isPaused: false, lagSeconds: 9 };

let count = 0;
let source: Instance;
let replica: Instance;
/** What the machines report, and what was asked of the source. */
let replication: FoundReplication | undefined;
let slots: FoundSlot[] | undefined;
let asked: string[];

beforeEach(async () => {
  count += 1;
  asked = [];
  const { instances, operations } = world.inventory;
  const { dbiResourceId } = await world.createAvailable(`source${count}`);
  const patch = { backupRetentionPeriod: 1, address: '127.9.9.9' };
  ({ instance: source } = await instances.change({ dbiResourceId }, CALL, () => ({ patch })));
  const replicaOf = { dbiResourceId, identifier: source.identifier };
  const made = await instances.replicate(newInstance(`replica${count}`, { replicaOf }), CALL);
  const outcome = { status: 'available' as const, patch: { availableAt: new Date(), address: '127.9.9.8' } };
  await operations.succeed(refOf(made), outcome);
  replica = made;
  replication = STREAMING;
  slots = [{ name: slotOf(replica), isActive: true, isLost: false }];
});

async function look(options?: { readonly sweepsAll: boolean }): Promise<Instance> {
  const answer = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the machine does not answer');
    return value;
  };
  // Instances of earlier tests are of other machines, which do not run.
  const provider = {
    lookAtMachine: async (name: string) =>
      [source.machine, replica.machine].includes(name) ? { state: 'running', reach: { name } } : undefined,
  };
  const guest = {
    findReplication: async () => answer(replication),
    listReplicas: async () => answer(slots),
    addReplica: async (_: object, { id }: { id: string }) => void asked.push(`add ${id}`),
    removeReplica: async (_: object, id: string) => void asked.push(`remove ${id}`),
  };
  const place = { provider: provider as unknown as Provider, guest: guest as unknown as Guest };
  const log = { info: () => {}, warn: () => {} };
  await noteReplicas({ inventory: world.inventory, place, log }, undefined, options);
  const found = await world.inventory.instances.find({ dbiResourceId: replica.dbiResourceId });
  assert.ok(found);
  return found;
}
async function messages(): Promise<string[]> {
  const query = { from: new Date(0), to: new Date(), sourceIdentifier: replica.identifier, limit: 20 };
  return (await world.inventory.listEvents(query)).map(({ message }) => message.replace(/[:.].*/, ''));
}

test('a replica that follows its source is left alone', async () => {
  assert.equal((await look()).replicationFault, undefined);
  assert.deepEqual([asked, await messages()], [[], []]);
});

test('a replica that receives nothing has one event, its slot is made again, and its return is told', async () => {
  [replication, slots] = [WAITING, []];
  assert.equal((await look()).replicationFault, 'disconnected');
  assert.equal((await look()).replicationFault, 'disconnected');
  assert.equal(asked[0], `add ${replica.dbiResourceId}`);
  replication = STREAMING;
  assert.equal((await look()).replicationFault, undefined);
  assert.deepEqual(await messages(), ['Replication has stopped', 'Replication for the Read Replica resumed']);
});

test('a replica whose log is gone is told, and its slot is left as it is', async () => {
  [replication, slots] = [WAITING, [{ name: slotOf(replica), isActive: false, isLost: true }]];
  assert.equal((await look()).replicationFault, 'lost');
  assert.deepEqual([asked, await messages()], [[], ['Replication streaming has been terminated']]);
});

test('a replica with smaller settings than its source is restarted', async () => {
  replication = { ...STREAMING, isPaused: true };
  const found = await look();
  assert.deepEqual([found.replicationFault, found.status], ['paused', 'rebooting']);
});

test('a promotion that failed after its effect goes on', async () => {
  replication = { state: 'none', isPaused: false, lagSeconds: 0 };
  assert.equal((await look()).status, 'modifying');
});

test('nothing is concluded where no machine answers', async () => {
  [replication, slots] = [undefined, undefined];
  assert.equal((await look()).replicationFault, undefined);
  replication = WAITING;
  assert.equal((await look()).replicationFault, 'disconnected');
  assert.deepEqual(asked, []);
});

test('a source forgets a replica that left while it was down, and no other', async () => {
  slots = [...(slots ?? []), { name: 'cornac_db_gone', isActive: false, isLost: false }];
  await look();
  assert.deepEqual(asked, ['remove db-GONE']);
});

test('a source without read replicas forgets the last one, which left while it was down', async () => {
  const { instances } = world.inventory;
  const { dbiResourceId } = replica;
  await instances.change({ dbiResourceId }, CALL, () => ({
    operation: { type: 'promoteReadReplica', input: {} },
  }));
  const promoted = await instances.find({ dbiResourceId });
  assert.ok(promoted);
  const patch = { replicaOf: null, replicationFault: null };
  await world.inventory.operations.succeed(refOf(promoted), { status: 'available', patch });
  await look();
  assert.deepEqual(asked, []);
  await look({ sweepsAll: true });
  assert.deepEqual(asked, [`remove ${dbiResourceId}`]);
});

test('a replica whose source is gone is promoted once no operation holds it', async () => {
  const { instances, operations, replicaUpkeep } = world.inventory;
  assert.deepEqual(await replicaUpkeep.begin(CALL), []);
  const { instance } = await instances.change({ dbiResourceId: source.dbiResourceId }, CALL, () => ({
    operation: { type: 'deleteDbInstance' },
  }));
  await operations.forget(refOf(instance), []);
  assert.deepEqual(await replicaUpkeep.begin(CALL), [replica.identifier]);
  assert.deepEqual(await replicaUpkeep.begin(CALL), []);
  const found = await instances.find({ dbiResourceId: replica.dbiResourceId });
  assert.equal(found?.status, 'modifying');
});
