import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isDatabaseUnavailable } from '../../src/inventory/database/client.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { event } from '../../src/model/event.ts';
import { CALL, newInstance, startTestInventory, VERIFIER } from '../support/inventory.ts';
import { invocationOf } from '../support/invocation.ts';

const test1 = await startTestInventory();
const { inventory, postgres, begin, createAvailable } = test1;
let stopped = false;
after(async () => {
  await inventory.close();
  if (!stopped) await postgres.stop();
});

const DAY = 24 * 60 * 60 * 1000;
function daysAhead(days: number) {
  return new Date(Date.now() + days * DAY);
}
const everything = { from: new Date(0), to: daysAhead(1), limit: 100 };

test('the versions on offer are those that a worker reported last', async () => {
  assert.deepEqual(await inventory.engineVersions.list(), []);
  await inventory.engineVersions.replace(['15.18', '14.23']);
  await inventory.engineVersions.replace(['15.18', '16.1']);
  await inventory.engineVersions.replace(['15.18', '16.1']);
  assert.deepEqual((await inventory.engineVersions.list()).sort(), ['15.18', '16.1']);
});

test('events are removed after 14 days, answers after one, closed operations except the last after 90', async () => {
  const invocation = invocationOf('i');
  const answer = () => ({ done: true });
  await createAvailable('aging');
  await inventory.instances.change({ identifier: 'aging' }, { ...CALL, invocation, answer }, () => ({
    events: [event('RDS-EVENT-0012')],
  }));
  const latest = async () => (await inventory.operations.findLatest('aging'))?.type;
  const there = async () => [
    (await inventory.listEvents(everything)).length,
    (await inventory.invocations.findAnswer(invocation)) !== undefined,
    await latest(),
  ];

  await inventory.prune(daysAhead(0.9));
  assert.deepEqual(await there(), [1, true, 'createDbInstance']);
  await inventory.prune(daysAhead(1.1));
  assert.deepEqual(await there(), [1, false, 'createDbInstance']);
  await inventory.prune(daysAhead(14.1));
  assert.deepEqual(await there(), [0, false, 'createDbInstance']);
  await inventory.prune(daysAhead(90.1));
  assert.deepEqual(await there(), [0, false, 'createDbInstance'], 'the last of an instance stays');

  const create = (await inventory.operations.findLatest('aging'))?.id ?? '';
  await begin('aging', 'rebootDbInstance');
  await inventory.prune(daysAhead(1000));
  assert.equal(await inventory.operations.find(create), undefined);
  assert.equal(await latest(), 'rebootDbInstance', 'what has not ended stays');
});

test('a used signature is stored until an hour after it has expired', async () => {
  const invocation = invocationOf(undefined);
  const answer = () => ({ done: true });
  await inventory.instances.change({ identifier: 'aging' }, { ...CALL, invocation, answer }, () => ({}));
  const after = (minutes: number) => new Date(invocation.goodUntil.getTime() + minutes * 60_000);

  await inventory.prune(after(59));
  await assert.rejects(inventory.invocations.findAnswer(invocation), { code: 'ThrottlingException' });
  await inventory.prune(after(61));
  assert.equal(await inventory.invocations.findAnswer(invocation), undefined);
});

for (const [error, expected] of [
  [{ code: 'ECONNREFUSED' }, true],
  [{ code: 'P1001' }, true],
  [{ code: '57P01' }, true],
  [{ code: '53300' }, true],
  [{ code: '08006' }, true],
  [{ cause: { originalCode: '57P03' } }, true],
  [{ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '08001' } } } }, true],
  [new Error('Connection terminated unexpectedly'), true],
  [new Error('timeout exceeded when trying to connect'), true],
  [{ code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'DatabaseNotReachable' } } } }, true],
  [{ kind: 'UniqueConstraintViolation' }, false],
  [{ code: 'P2002' }, false],
  [{ code: '42P01' }, true],
  [{ code: 'P2021' }, true],
  [{ code: 'P2022' }, true],
  [{ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '42703' } } } }, true],
  [new Error('something else'), false],
  [undefined, false],
  ['ECONNREFUSED', false],
] as const) {
  test(`${error instanceof Error ? error.message : JSON.stringify(error)} means ${expected ? 'unavailable' : 'another error'}`, () => {
    assert.equal(isDatabaseUnavailable(error), expected);
  });
}

test('an error that is its own cause is examined only once', () => {
  const error: { cause?: unknown } = {};
  error.cause = error;
  assert.equal(isDatabaseUnavailable(error), false);
});

test('a database without tables fails the check, but does not count as unavailable', async () => {
  const empty = createInventory(await postgres.createEmptyDatabase(), createSealer(Buffer.alloc(32)));
  await assert.rejects(empty.ping(), (error) => !isDatabaseUnavailable(error));
  await empty.close();
  await inventory.ping();
});

test('every query to a stopped inventory fails as unavailable', async () => {
  stopped = true;
  await postgres.stop();
  const questions: (() => Promise<unknown>)[] = [
    () => inventory.ping(),
    () => inventory.instances.list(),
    () => inventory.instances.find({ identifier: 'aging' }),
    () => inventory.instances.create(newInstance('late'), VERIFIER, CALL),
    () => inventory.instances.change({ identifier: 'aging' }, CALL, () => ({})),
    () => inventory.operations.listOpen(),
    () => inventory.listEvents(everything),
  ];
  for (const ask of questions) await assert.rejects(ask, isDatabaseUnavailable);
});
