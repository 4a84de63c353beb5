import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createApp } from '../../src/api/app.ts';
import { createApiMetrics } from '../../src/api/metrics.ts';
import { actions } from '../../src/api/rds/index.ts';
import { type Listener, listen } from '../../src/api/server.ts';
import { isDatabaseUnavailable } from '../../src/inventory/database/client.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory, type Inventory } from '../../src/inventory/inventory.ts';
import { ACCESS_KEY, config, createTestLogger, REGION, SECRET_KEY } from '../support/api/gateway.ts';
import { type SignOptions, signedCall } from '../support/api/sign.ts';
import { startTestInventory, type TestInventory } from '../support/inventory.ts';

const run = promisify(execFile);
const metrics = createApiMetrics();
let test1: TestInventory;
let gateways: { inventory: Inventory; listener: Listener; endpoint: string }[];

/** Starts one of several gateways on the inventory. Each gateway has its own connection pool. */
async function startGateway() {
  const inventory = createInventory(test1.databaseUrl, createSealer(randomBytes(32)));
  const app = createApp(
    { config, inventory, certificates: [] },
    {
      actions,
      metrics,
      logger: createTestLogger().logger,
      credentials: { find: (id) => (id === ACCESS_KEY ? SECRET_KEY : undefined) },
      invocations: inventory.invocations,
      isUnavailable: isDatabaseUnavailable,
      limits: { replayDelay: 1_100 },
    },
  );
  const listener = await listen(app, { host: '127.0.0.1', port: 0 });
  return { inventory, listener, endpoint: `http://127.0.0.1:${listener.port}` };
}

before(async () => {
  test1 = await startTestInventory();
  gateways = await Promise.all([startGateway(), startGateway()]);
});
after(async () => {
  for (const { inventory, listener } of gateways ?? []) {
    await listener.close();
    await inventory.close();
  }
  await test1.close();
});

/** A call as it goes over the wire, signed as by boto3: without the invocation id. */
async function capture(parameters: string, options: SignOptions = {}) {
  const { method, url, headers, payload } = await signedCall(`Version=2014-10-31&${parameters}`, options);
  return (id?: string, gateway = 0) =>
    answerOf(`${gateways[gateway]?.endpoint}${url}`, {
      method,
      headers: { ...headers, ...(id !== undefined && { 'amz-sdk-invocation-id': id }) },
      ...(method === 'POST' && { body: payload }),
    });
}

async function answerOf(url: string, init: RequestInit) {
  const sent = (init.headers ?? {}) as Record<string, string>;
  const { host = '', ...headers } = sent;
  const { status, text } = await send(url, { ...init, headers: { ...headers, host } });
  const [, code = 'OK'] = /<Code>(.*)<\/Code>/.exec(text) ?? [];
  return { status, code, text: text.replace(/<RequestId>.*?<\/RequestId>/, '') };
}

/** `node:http` instead of `fetch`, because `fetch` does not let the caller set the signed Host header. */
async function send(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: init.method ?? 'POST', headers: init.headers as Record<string, string> },
      async (response) => {
        const parts = await response.toArray();
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() });
      },
    );
    call.on('error', reject);
    call.end(init.body as Uint8Array | undefined);
  });
}

async function reboots(identifier: string): Promise<number> {
  const open = await test1.inventory.operations.listOpen();
  return open.filter((each) => each.resource.name === identifier && each.type === 'rebootDbInstance').length;
}

async function finish(identifier: string) {
  const instance = await test1.inventory.instances.find({ identifier });
  assert.ok(instance?.operationId);
  const ref = { operationId: instance.operationId, dbiResourceId: instance.dbiResourceId };
  await test1.inventory.operations.succeed(ref, { status: 'available' });
}

for (const [how, options] of [
  ['signed in a header', {}],
  ['presigned for a day', { expiresIn: 86_400 }],
] as const) {
  test(`a captured call, ${how}, reboots nothing again on any gateway`, async () => {
    const identifier = `captured-${'expiresIn' in options ? 'presigned' : 'header'}`;
    await test1.createAvailable(identifier);
    const call = await capture(`Action=RebootDBInstance&DBInstanceIdentifier=${identifier}`, options);
    const id = randomUUID();
    const first = await call(id);
    assert.equal(first.status, 200, first.text);
    await finish(identifier);

    for (const [other, gateway] of [
      [randomUUID(), 0],
      [undefined, 1],
      ['', 1],
    ] as const) {
      const { status, code } = await call(other, gateway);
      assert.deepEqual([status, code], [400, 'ThrottlingException']);
    }
    assert.equal(await reboots(identifier), 0);
    // The client's own retry.
    assert.deepEqual(await call(id, 1), first);
    assert.equal(await reboots(identifier), 0);
  });
}

test('a captured call at two gateways at once: exactly one reboots', async () => {
  await test1.createAvailable('twice');
  const call = await capture('Action=RebootDBInstance&DBInstanceIdentifier=twice');
  const answers = await Promise.all([0, 1, 0, 1].map((gateway) => call(randomUUID(), gateway)));
  const codes = answers.map(({ code }) => code).sort();
  assert.deepEqual(codes, ['OK', 'ThrottlingException', 'ThrottlingException', 'ThrottlingException']);
  assert.equal(await reboots('twice'), 1);
});

test('a call that only reads may be sent again', async () => {
  const call = await capture('Action=DescribeDBInstances');
  for (const id of [randomUUID(), undefined]) assert.equal((await call(id)).code, 'OK');
});

test('a call that was refused may be sent again', async () => {
  const call = await capture('Action=RebootDBInstance&DBInstanceIdentifier=later');
  assert.equal((await call(randomUUID())).code, 'DBInstanceNotFound');
  await test1.createAvailable('later');
  assert.equal((await call(randomUUID())).code, 'OK');
});

function environment(mode: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_DEFAULT_REGION: REGION,
    AWS_RETRY_MODE: mode,
    AWS_ENDPOINT_URL: `${gateways[0]?.endpoint}/rds`,
  };
}

async function refusals(): Promise<number> {
  const text = await metrics.registry.metrics();
  const counts = text.matchAll(/^cornac_api_requests_total\{.*code="ThrottlingException"\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

const arn = 'arn:aws:rds:local:123456789012:db:tagged';
const TAG = `
import boto3, threading, time
clients = [boto3.client('rds') for _ in range(2)]
for client in clients: client.describe_db_instances()
problems = []
def tag(client):
    try:
        client.add_tags_to_resource(ResourceName='${arn}', Tags=[{'Key': 'a', 'Value': str(time.time())[:1]}])
    except Exception as problem: problems.append(problem)
time.sleep(1 - time.time() % 1)
threads = [threading.Thread(target=tag, args=[client]) for client in clients]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not problems, problems
`;

/**
 * Repeats the attempt until two calls have the same signature, which requires two calls within one second.
 */
async function untilRefused(attempt: () => Promise<unknown>) {
  const before = await refusals();
  for (let attempts = 1; (await refusals()) === before; attempts++) {
    assert.ok(attempts <= 20, 'two calls within one second have one signature');
    await attempt();
  }
}

for (const mode of ['legacy', 'standard']) {
  test(`two equal calls of boto3 within a second both succeed, with retries ${mode}`, async () => {
    if (mode === 'legacy') await test1.createAvailable('tagged');
    await untilRefused(() => run('python3', ['-c', TAG], { env: environment(mode) }));
  });
}

test('two equal commands of the aws CLI within a second both succeed', async () => {
  const args = ['rds', 'add-tags-to-resource', '--resource-name', arn, '--tags', 'Key=b,Value=c'];
  await untilRefused(() => Promise.all([0, 1].map(() => run('aws', args, { env: environment('standard') }))));
});
