import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answerOnce } from '../../src/inventory/calls.ts';
import { openDatabase, openPool } from '../../src/inventory/database/client.ts';
import type { Changed } from '../../src/inventory/instances.ts';
import { type Invocation, InvocationConflict } from '../../src/model/invocation.ts';
import { newInstance, startTestInventory, VERIFIER } from '../support/inventory.ts';
import { invocationOf } from '../support/invocation.ts';

const { inventory, databaseUrl, createAvailable, close } = await startTestInventory();
after(close);
const { instances, invocations } = inventory;

function answer({ identifier, createdAt }: { identifier: string; createdAt: Date }) {
  return {
    identifier,
    createdAt,
    nothing: undefined,
  };
}
function answerChange({ instance }: Changed) {
  return answer(instance);
}
function create(identifier: string, invocation: Invocation) {
  return instances.create(newInstance(identifier), VERIFIER, { requestId: 'r', invocation, answer });
}

test('the answer of a change is stored with it, in the JSON form that its reader gets', async () => {
  await create('kept', invocationOf('kept'));
  assert.deepEqual(await invocations.findAnswer(invocationOf('kept')), {
    result: { identifier: 'kept', createdAt: '2026-11-23T12:00:00.123Z' },
  });
});

test('a second attempt of a call gives way, even where the change itself would now be refused', async () => {
  await create('second', invocationOf('second'));
  await assert.rejects(create('second', invocationOf('second')), InvocationConflict);
});

test('six concurrent attempts of one create: exactly one makes the instance, the others are conflicts', async () => {
  const attempts = Array.from({ length: 6 }, () => create('storm', invocationOf('storm')));
  const settled = await Promise.allSettled(attempts);
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const each of settled) {
    if (each.status === 'rejected') assert.ok(each.reason instanceof InvocationConflict);
  }
  assert.equal((await instances.list({ identifiers: ['storm'] })).length, 1);
});

test('six concurrent attempts of one change: exactly one decides and makes the change', async () => {
  await createAvailable('changed');
  let decided = 0;
  const attempts = Array.from({ length: 6 }, () =>
    instances.change(
      { identifier: 'changed' },
      { requestId: 'r', invocation: invocationOf('c'), answer: answerChange },
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

test('a failed attempt leaves the call free for another attempt', async () => {
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

test('a second attempt of a call without an id gets no stored answer, and its signature is refused', async () => {
  await instances.create(newInstance('anonymous'), VERIFIER, { requestId: 'r', answer });
  const nameless = invocationOf(undefined);
  await create('nameless', nameless);
  await assert.rejects(invocations.findAnswer(nameless), { code: 'ThrottlingException' });
});

test('a signature changes something only once, whatever call id comes with it', async () => {
  const first = invocationOf('signed');
  await create('signed', first);
  const { signature } = first;
  for (const id of ['another', undefined]) {
    const replay = invocationOf(id, { signature });
    await assert.rejects(invocations.findAnswer(replay), { code: 'ThrottlingException', status: 400 });
    await assert.rejects(create('replayed', replay), InvocationConflict);
  }
  assert.ok(await invocations.findAnswer(first), 'the call itself gets its answer');
  // The same signature of another key signs something else.
  await create('other-key', invocationOf('another', { signature, accessKeyId: 'AKIAOTHER' }));
  assert.deepEqual(await instances.list({ identifiers: ['replayed'] }), []);
});

test("the answer to a retry uses up the retry's signature", async () => {
  await create('retried', invocationOf('retry'));
  const retry = invocationOf('retry');
  assert.ok(await invocations.findAnswer(retry));
  assert.ok(await invocations.findAnswer(retry));
  const replay = invocationOf('stranger', { signature: retry.signature });
  await assert.rejects(create('stolen', replay), InvocationConflict);
});

test('a signature with which nothing was changed stays usable', async () => {
  const { signature } = invocationOf('x');
  await create('there', invocationOf('y'));
  await assert.rejects(create('there', invocationOf('x', { signature })), {
    code: 'DBInstanceAlreadyExists',
  });
  await create('elsewhere', invocationOf('z', { signature }));
});

test('six concurrent calls with one signature: exactly one makes its change', async () => {
  await createAvailable('raced');
  const { signature } = invocationOf('race');
  const settled = await Promise.allSettled(
    Array.from({ length: 6 }, (_, index) =>
      instances.change(
        { identifier: 'raced' },
        { requestId: 'r', invocation: invocationOf(`race-${index}`, { signature }), answer: answerChange },
        () => ({ patch: { tags: [{ Key: 'by', Value: String(index) }] } }),
      ),
    ),
  );
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const each of settled) {
    if (each.status === 'rejected') assert.ok(each.reason instanceof InvocationConflict);
  }
});

test('the answer to a change may contain the change itself', async () => {
  await createAvailable('shown');
  const invocation = invocationOf('shown');
  const call = {
    requestId: 'r',
    invocation,
    answer: ({ instance, change }: Changed) => ({ status: instance.status, type: change.operation?.type }),
  };
  await instances.change({ identifier: 'shown' }, call, () => ({ operation: { type: 'rebootDbInstance' } }));
  assert.deepEqual(await invocations.findAnswer(invocation), {
    result: { status: 'rebooting', type: 'rebootDbInstance' },
  });
});

test('the answer to a call on another kind of resource is stored in the same way', async () => {
  const pool = openPool(databaseUrl);
  const database = openDatabase(pool);
  try {
    const invocation = invocationOf('group');
    const call = { requestId: 'r', invocation, answer: ({ name }: { name: string }) => ({ Group: name }) };
    const make = () =>
      database.$transaction((tx) => answerOnce(tx, call, async () => ({ name: 'mine', secret: 'x' })));
    assert.deepEqual(await make(), { name: 'mine', secret: 'x' });
    assert.deepEqual(await invocations.findAnswer(invocation), { result: { Group: 'mine' } });
    await assert.rejects(make(), InvocationConflict);
  } finally {
    await database.$disconnect();
    await pool.end();
  }
});
