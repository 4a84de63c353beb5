import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Invocation, InvocationConflict } from '../../src/model/invocation.ts';
import { newInstance, startTestInventory, VERIFIER } from '../support/inventory.ts';

const { inventory, createAvailable, close } = await startTestInventory();
after(close);
const { instances, invocations } = inventory;

const invocationOf = (id: string): Invocation => ({ id, accessKeyId: 'AKIATEST', fingerprint: 'f' });
const answer = ({ identifier, createdAt }: { identifier: string; createdAt: Date }) => ({
  identifier,
  createdAt,
  nothing: undefined,
});
const create = (identifier: string, invocation: Invocation) =>
  instances.create(newInstance(identifier), VERIFIER, { requestId: 'r', invocation, answer });

test('an answer is kept with the change, as its reader will see it', async () => {
  await create('kept', invocationOf('kept'));
  assert.deepEqual(await invocations.findAnswer(invocationOf('kept')), {
    result: { identifier: 'kept', createdAt: '2026-11-23T12:00:00.123Z' },
  });
});

test('a second attempt gives way, even where the change itself would be refused', async () => {
  await create('second', invocationOf('second'));
  await assert.rejects(create('second', invocationOf('second')), InvocationConflict);
});

test('of many attempts at once one makes the change', async () => {
  const attempts = Array.from({ length: 6 }, () => create('storm', invocationOf('storm')));
  const settled = await Promise.allSettled(attempts);
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const each of settled) {
    if (each.status === 'rejected') assert.ok(each.reason instanceof InvocationConflict);
  }
  assert.equal((await instances.list({ identifiers: ['storm'] })).length, 1);
});

test('of many attempts to change one instance one makes it', async () => {
  await createAvailable('changed');
  let decided = 0;
  const attempts = Array.from({ length: 6 }, () =>
    instances.change(
      { identifier: 'changed' },
      { requestId: 'r', invocation: invocationOf('c'), answer },
      () => {
        decided += 1;
        return { operation: { type: 'rebootDbInstance' } };
      },
    ),
  );
  const settled = await Promise.allSettled(attempts);
  assert.equal(decided, 1);
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an attempt that failed leaves the call free', async () => {
  await create('taken', invocationOf('first'));
  await assert.rejects(create('taken', invocationOf('free')), { code: 'DBInstanceAlreadyExists' });
  assert.equal(await invocations.findAnswer(invocationOf('free')), undefined);
  await create('not-taken', invocationOf('free'));
});

test('the same id with another body, or from another caller, is another call', async () => {
  await create('one', invocationOf('same'));
  await create('two', { ...invocationOf('same'), fingerprint: 'g' });
  await create('three', { ...invocationOf('same'), accessKeyId: 'AKIAOTHER' });
  for (const fingerprint of ['f', 'g']) {
    assert.ok(await invocations.findAnswer({ ...invocationOf('same'), fingerprint }));
  }
});

test('a call without an id is not remembered', async () => {
  await instances.create(newInstance('anonymous'), VERIFIER, { requestId: 'r', answer });
  await instances.change(
    { identifier: 'anonymous' },
    { requestId: 'r', invocation: invocationOf('x') },
    () => ({}),
  );
  assert.equal(await invocations.findAnswer(invocationOf('x')), undefined);
});
