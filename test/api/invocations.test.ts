import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { CreateDBInstanceCommand, type CreateDBInstanceResult, RDSClient } from '@aws-sdk/client-rds';
import { type Action, action } from '../../src/api/action.ts';
import { dbInstanceAlreadyExists, invalidParameterValue } from '../../src/model/errors.ts';
import { type Invocation, InvocationConflict, type InvocationStore } from '../../src/model/invocation.ts';
import { ACCESS_KEY, createTestApp, REGION, SECRET_KEY, startTestGateway } from '../support/api/gateway.ts';
import { signedCall } from '../support/api/sign.ts';

/** Behaves as the inventory's store: claims a call, waits for a concurrent claim, keeps answers as JSON. */
function createMemoryStore() {
  const answers = new Map<string, string>();
  const keyOf = ({ id = '', accessKeyId, fingerprint }: Invocation) => [id, accessKeyId, fingerprint].join();
  const store: InvocationStore & { commit(invocation: Invocation | undefined, result: object): void } = {
    findAnswer: async (invocation) => {
      const answer = answers.get(keyOf(invocation));
      return answer === undefined ? undefined : { result: JSON.parse(answer) };
    },
    commit: (invocation, result) => {
      if (invocation?.id === undefined) return;
      if (answers.has(keyOf(invocation))) throw new InvocationConflict();
      answers.set(keyOf(invocation), JSON.stringify(result));
    },
  };
  return { store, answers };
}

type Handler = Parameters<typeof action<'CreateDBInstance'>>[1];

function create(handler: Handler): Action {
  return action('CreateDBInstance', handler);
}

const BODY = 'Version=2014-10-31&Action=CreateDBInstance&DBInstanceClass=b&Engine=c&DBInstanceIdentifier=';

function withInvocation(id: string) {
  return { headers: { 'amz-sdk-invocation-id': id } };
}

function instanceNumber(n: number): CreateDBInstanceResult {
  return {
    DBInstance: { DBInstanceIdentifier: `n${n}`, InstanceCreateTime: new Date('2026-11-23T04:55:05.123Z') },
  };
}

/** An action that counts its runs and returns their number. */
function createCounter(store: ReturnType<typeof createMemoryStore>['store']) {
  let runs = 0;
  return {
    runs: () => runs,
    action: create(async (_input, { invocation }) => {
      runs += 1;
      const result = instanceNumber(runs);
      store.commit(invocation, result);
      return result;
    }),
  };
}

test('a retried call gets its first answer again, with a new request id', async () => {
  const { store } = createMemoryStore();
  const counter = createCounter(store);
  const { app } = createTestApp([counter.action], { invocations: store });
  const first = await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')));
  const second = await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')));
  assert.equal(counter.runs(), 1);
  const [one, two] = [first, second].map(({ payload }) => payload.replace(/<RequestId>.*<\/RequestId>/, ''));
  assert.equal(one, two);
  assert.match(two ?? '', /<InstanceCreateTime>2026-11-23T04:55:05.123Z</);
  assert.notEqual(first.headers['x-amzn-requestid'], second.headers['x-amzn-requestid']);
});

for (const [what, body, options] of [
  ['another invocation id', `${BODY}a`, withInvocation('call-2')],
  ['other parameters', `${BODY}b`, withInvocation('call-1')],
  ['another access key', `${BODY}a`, { ...withInvocation('call-1'), accessKeyId: 'AKIAOTHER' }],
  ['no invocation id', `${BODY}a`, {}],
  ['an invocation id of hostile length', `${BODY}a`, withInvocation('x'.repeat(129))],
] as const) {
  test(`a call with ${what} is a new call`, async () => {
    const { store } = createMemoryStore();
    const counter = createCounter(store);
    const credentials = { find: () => SECRET_KEY };
    const { app } = createTestApp([counter.action], { invocations: store, credentials });
    for (const request of [
      await signedCall(`${BODY}a`, withInvocation('call-1')),
      await signedCall(body, options),
    ]) {
      assert.equal((await app.inject(request)).statusCode, 200);
    }
    assert.equal(counter.runs(), 2);
  });
}

test('an action sees its caller and its invocation', async () => {
  const seen: unknown[] = [];
  const spy = create(async (_input, { invocation, accessKeyId }) => {
    const { fingerprint = '', signature = '', goodUntil, ...rest } = invocation ?? {};
    assert.match(fingerprint + signature, /^[0-9a-f]{128}$/);
    const minutes = Math.round(((goodUntil?.getTime() ?? 0) - Date.now()) / 60_000);
    seen.push({ ...rest, accessKeyId, minutes });
    return {};
  });
  const { app } = createTestApp([spy], { invocations: createMemoryStore().store });
  await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')));
  assert.deepEqual(seen, [{ accessKeyId: ACCESS_KEY, id: 'call-1', minutes: 15 }]);
});

test('an action that only reads runs every time', async () => {
  let runs = 0;
  const describe = action('DescribeDBInstances', async (_input, { invocation }) => {
    runs += 1;
    assert.equal(invocation, undefined);
    return {};
  });
  const { app } = createTestApp([describe], { invocations: createMemoryStore().store });
  for (let attempt = 0; attempt < 2; attempt++) {
    await app.inject(
      await signedCall('Version=2014-10-31&Action=DescribeDBInstances', withInvocation('call-1')),
    );
  }
  assert.equal(runs, 2);
});

test('a call that failed changes nothing, and its retry runs', async () => {
  const { store } = createMemoryStore();
  let runs = 0;
  const flaky = create(async (_input, { invocation }) => {
    runs += 1;
    if (runs === 1) throw invalidParameterValue('not yet');
    const result = instanceNumber(runs);
    store.commit(invocation, result);
    return result;
  });
  const { app } = createTestApp([flaky], { invocations: store });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    statuses.push((await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')))).statusCode);
  }
  assert.deepEqual(statuses, [400, 200, 200]);
  assert.equal(runs, 2);
});

for (const [what, error] of [
  ['a conflict of its transaction', () => new InvocationConflict()],
  ['a world that the first one has changed', () => dbInstanceAlreadyExists()],
] as const) {
  test(`two concurrent attempts both get the answer of the first, the second after ${what}`, async () => {
    const { store } = createMemoryStore();
    let bothRun: () => void = () => undefined;
    const met = new Promise<void>((resolve) => {
      bothRun = resolve;
    });
    let runs = 0;
    const racing = create(async (_input, { invocation }) => {
      runs += 1;
      const run = runs;
      if (run === 2) bothRun();
      await met;
      if (run === 2) throw error();
      const result = instanceNumber(run);
      store.commit(invocation, result);
      return result;
    });
    const { app } = createTestApp([racing], { invocations: store });
    const request = await signedCall(`${BODY}a`, withInvocation('call-1'));
    const answers = await Promise.all([app.inject(request), app.inject(request)]);
    assert.equal(runs, 2);
    for (const { statusCode, payload } of answers) {
      assert.equal(statusCode, 200, payload);
      assert.match(payload, /<DBInstanceIdentifier>n1</);
    }
  });
}

test('a conflict without a stored answer asks the client to retry', async () => {
  const conflicting = create(async () => {
    throw new InvocationConflict();
  });
  const { app } = createTestApp([conflicting], { invocations: createMemoryStore().store });
  const response = await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')));
  assert.equal(response.statusCode, 503);
});

test("a store that fails after a failed action: the action's failure is the answer", async () => {
  let asked = 0;
  const invocations: InvocationStore = {
    findAnswer: async () => {
      asked += 1;
      if (asked > 1) throw new Error('down');
      return undefined;
    },
  };
  const failing = create(async () => {
    throw dbInstanceAlreadyExists();
  });
  const { app } = createTestApp([failing], { invocations });
  const response = await app.inject(await signedCall(`${BODY}a`, withInvocation('call-1')));
  assert.match(response.payload, /DBInstanceAlreadyExists/);
  assert.equal(asked, 2);
});

test('the SDK’s own retry after a lost answer does not create twice', async () => {
  const { store } = createMemoryStore();
  const counter = createCounter(store);
  const gateway = await startTestGateway([counter.action], { invocations: store });
  // A proxy between client and gateway: it forwards the first request and drops its answer with the
  // connection.
  let connections = 0;
  const proxy = createServer((client) => {
    connections += 1;
    const lossy = connections === 1;
    const upstream = connect(gateway.port, '127.0.0.1');
    client.pipe(upstream);
    if (lossy) upstream.once('data', () => client.resetAndDestroy());
    else upstream.pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  assert.ok(address && typeof address === 'object');
  const client = new RDSClient({
    endpoint: `http://127.0.0.1:${address.port}/rds`,
    region: REGION,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  try {
    const { DBInstance } = await client.send(
      new CreateDBInstanceCommand({ DBInstanceIdentifier: 'a', DBInstanceClass: 'b', Engine: 'c' }),
    );
    assert.equal(DBInstance?.DBInstanceIdentifier, 'n1');
    assert.equal(connections, 2);
    assert.equal(counter.runs(), 1);
  } finally {
    client.destroy();
    proxy.close();
    await gateway.listener.close();
  }
});
