import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { Pause } from '../../src/model/server/pause.ts';
import type { Finding } from '../../src/reconcile/compare.ts';
import { describeFindings } from '../../src/reconcile/describe.ts';
import { recoverInstances } from '../../src/reconcile/recover.ts';
import { CALL, startTestInventory, type TestInventory } from '../support/inventory.ts';

let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

async function seen(identifier: string): Promise<Instance> {
  const [instance] = await world.inventory.instances.list({ identifiers: [identifier] });
  assert.ok(instance);
  return instance;
}
async function recover(...findings: Finding[]) {
  return (await recoverInstances(world.inventory, findings, CALL)).map(({ identifier }) => identifier);
}
async function statusOf(identifier: string) {
  return (await seen(identifier)).status;
}

/** An instance whose last operation, of this type, ended `failed`. */
async function fail(identifier: string, type: 'rebootDbInstance' | 'deleteDbInstance') {
  await world.createAvailable(identifier);
  const ref = await world.begin(identifier, type);
  await world.inventory.operations.fail(ref, { status: 'failed' }, 'the test wants it');
  return seen(identifier);
}

test('an instance that is down is recovered and shown as starting', async () => {
  await world.createAvailable('down');
  assert.deepEqual(await recover({ kind: 'postgres-down', instance: await seen('down') }), ['down']);
  assert.equal(await statusOf('down'), 'starting');
});

test('an instance that has changed since the look is left alone', async () => {
  await world.createAvailable('busy');
  const instance = await seen('busy');
  const ref = await world.begin('busy', 'rebootDbInstance');
  assert.deepEqual(await recover({ kind: 'postgres-down', instance }), []);
  await world.inventory.operations.succeed(ref, { status: 'available' });
  assert.deepEqual(await recover({ kind: 'postgres-down', instance }), []);
  assert.equal(await statusOf('busy'), 'available');
});

test('an instance that was deleted meanwhile does not prevent the recovery of the others', async () => {
  await world.createAvailable('gone');
  await world.createAvailable('next');
  const [gone, next] = [await seen('gone'), await seen('next')];
  await world.inventory.operations.forget(await world.begin('gone', 'deleteDbInstance'), []);
  const findings: Finding[] = [
    { kind: 'postgres-down', instance: gone },
    { kind: 'machine-stopped', instance: next },
  ];
  assert.deepEqual(await recover(...findings), ['next']);
});

test('a failed instance that serves again is made available', async () => {
  const instance = await fail('healed', 'rebootDbInstance');
  assert.deepEqual(await recover({ kind: 'recovered', instance }), ['healed']);
});

test('an instance that failed a moment ago is not retried yet', async () => {
  const instance = await fail('sick', 'rebootDbInstance');
  assert.deepEqual(await recover({ kind: 'postgres-down', instance }), []);
});

test('a failed instance whose machine is gone is not retried, however long ago it failed', async () => {
  const instance = await fail('lost', 'rebootDbInstance');
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(`UPDATE operation SET closed_at = now() - interval '1 day' WHERE identifier = 'lost'`);
  await client.end();
  assert.deepEqual(await recover({ kind: 'machine-missing', instance }), []);
  assert.deepEqual(await recover({ kind: 'machine-stopped', instance }), ['lost']);
});

test('an instance whose deletion failed is left to the next deletion', async () => {
  const instance = await fail('halved', 'deleteDbInstance');
  assert.deepEqual(await recover({ kind: 'recovered', instance }, { kind: 'postgres-down', instance }), []);
});

/** Uses up the room for Cornac's own operations during `work`. */
async function fill(work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO operation (id, dbi_resource_id, identifier, type, input, state, request_id, created_at, started_at)
       SELECT gen_random_uuid(), 'db-F' || n, 'f' || n, 'recoverDbInstance', '{}', 'running', 'test', now(), now()
         FROM generate_series(1, 50) AS n`,
    );
    await work();
  } finally {
    await client.query(`DELETE FROM operation WHERE dbi_resource_id LIKE 'db-F%'`);
    await client.end();
  }
}

test('recoveries begin only while there is room, and operations that hang do not count', async () => {
  await world.createAvailable('waits');
  const finding: Finding = { kind: 'postgres-down', instance: await seen('waits') };
  await fill(async () => {
    assert.deepEqual(await recover(finding), []);
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    await client.query(
      `UPDATE operation SET started_at = now() - interval '1 hour' WHERE dbi_resource_id LIKE 'db-F1%'`,
    );
    await client.end();
    assert.deepEqual(await recover(finding), ['waits']);
  });
});

test('available instances come first, then those whose last attempt is longest ago', async () => {
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  const failed = async (identifier: string, ago: string): Promise<Finding> => {
    const instance = await fail(identifier, 'rebootDbInstance');
    await client.query(`UPDATE operation SET closed_at = now() - $1::interval WHERE dbi_resource_id = $2`, [
      ago,
      instance.dbiResourceId,
    ]);
    return { kind: 'postgres-down', instance };
  };
  const findings = [await failed('a-recent', '20 minutes'), await failed('b-old', '2 days')];
  await client.end();
  await world.createAvailable('c-well');
  const available: Finding = { kind: 'postgres-down', instance: await seen('c-well') };
  assert.deepEqual(await recover(...findings, available), ['c-well', 'b-old', 'a-recent']);
});

test('findings that only a person can judge are left alone', async () => {
  await world.createAvailable('firewalled');
  const instance = await seen('firewalled');
  assert.deepEqual(
    await recover(
      { kind: 'unreachable', instance },
      { kind: 'machine-running', instance },
      { kind: 'orphan', machine: { name: 'cornac-x', state: 'running', diskGiB: 5 } },
    ),
    [],
  );
});

function paused(instance: Instance, reason: Pause['reason']): Finding {
  return {
    kind: 'machine-paused',
    instance,
    pause: { reason, detail: 'after an I/O error: the pool default is full' },
  };
}

test('a machine that is paused on purpose, or for an unknown reason, is left alone', async () => {
  await world.createAvailable('paused');
  for (const reason of ['person', 'migration', 'question', 'other'] as const) {
    assert.deepEqual(await recover(paused(await seen('paused'), reason)), []);
  }
  assert.equal(await statusOf('paused'), 'available');
});

test('a machine paused by full storage is resumed; its event gives the reason without a place', async () => {
  await world.createAvailable('waiting');
  assert.deepEqual(await recover(paused(await seen('waiting'), 'storage-full')), ['waiting']);
  const client = new pg.Client({ connectionString: world.databaseUrl });
  await client.connect();
  const { rows } = await client
    .query<{ message: string }>("SELECT message FROM event WHERE source_identifier = 'waiting'")
    .finally(() => client.end());
  const messages = rows.map(({ message }) => message);
  assert.match(
    messages.join('\n'),
    /Note: the storage of its host is full; it resumes when the storage has room again/,
  );
  assert.doesNotMatch(messages.join('\n'), /pool|default|cornac-/);
});

test('an instance that failed while its machine waited for storage is retried in the next round', async () => {
  const instance = await fail('full', 'rebootDbInstance');
  assert.deepEqual(await recover({ kind: 'postgres-down', instance }), []);
  assert.deepEqual(await recover(paused(instance, 'io-error')), []);
  assert.deepEqual(await recover(paused(instance, 'storage-full')), ['full']);
});

test('the description of a finding matches what will be done about it', async () => {
  const failed = await fail('told', 'rebootDbInstance');
  const left = await fail('left', 'deleteDbInstance');
  await world.createAvailable('well');
  const well = await seen('well');
  const findings: Finding[] = [
    { kind: 'postgres-down', instance: well },
    { kind: 'postgres-down', instance: failed },
    { kind: 'postgres-down', instance: left },
    paused(well, 'person'),
    paused(well, 'storage-full'),
    { kind: 'held-back', what: 'answer', lost: 7, of: 8, host: 'kvm1' },
    { kind: 'postgres-down', instance: { ...well, host: 'kvm1' } },
    { kind: 'recovered', instance: { ...failed, host: 'kvm1' } },
  ];
  const endings = (lines: readonly string[]) => lines.map((line) => line.split('; ').at(-1));
  assert.deepEqual(endings(await describeFindings(world.inventory, findings)), [
    'it will be started',
    'it will be started ten minutes after the last attempt, which failed',
    'its deletion failed, so delete it again',
    'Cornac does nothing until it is resumed at the hypervisor',
    'free storage there, and it resumes within two minutes',
    'check the network between here and them',
    'Cornac does nothing while recovery is held back',
    'Cornac does nothing while recovery is held back',
  ]);
  const accepted = await describeFindings(world.inventory, findings, { acceptLosses: true });
  assert.deepEqual(endings(accepted).slice(-2), ['it will be started', 'it will be made available']);
});

test('a full instance is recovered at once, but not again right after a failed recovery', async () => {
  await world.createAvailable('filled');
  const fill = () =>
    world.inventory.instances.change({ identifier: 'filled' }, CALL, () => ({
      patch: { status: 'storage-full' },
    }));
  await fill();
  assert.deepEqual(await recover({ kind: 'postgres-down', instance: await seen('filled') }), ['filled']);
  const { operationId } = await seen('filled');
  assert.ok(operationId);
  await world.inventory.operations.fail({ operationId }, { status: 'storage-full' }, 'no room');
  assert.deepEqual(await recover({ kind: 'postgres-down', instance: await seen('filled') }), []);
});
