import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { action } from '../../src/api/action.ts';
import { createApiMetrics } from '../../src/api/metrics.ts';
import { createToyActions } from '../support/api/actions.ts';
import { createTestApp, SECRET_KEY } from '../support/api/gateway.ts';
import { signedCall } from '../support/api/sign.ts';

function broken(): never {
  throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}
const metrics = { registry: createApiMetrics().registry, observe: broken };
const logger = pino({ level: 'trace' }, { write: broken });
const deaf = new Proxy(pino({ level: 'silent' }), {
  get: (target, name) => (name === 'child' ? broken : Reflect.get(target, name)),
});

async function ask(app: FastifyInstance, version = '2014-10-31') {
  const { statusCode, headers, payload } = await app.inject(
    await signedCall(`Version=${version}&Action=DescribeDBInstances`),
  );
  const xml = new XMLParser().parse(payload, true);
  const id = xml.ErrorResponse?.RequestId ?? xml.DescribeDBInstancesResponse?.ResponseMetadata.RequestId;
  assert.match(String(headers['content-type']), /^text\/xml/);
  assert.equal(headers['x-amzn-requestid'], id, payload);
  return { status: statusCode, code: xml.ErrorResponse?.Error.Code };
}

for (const [what, options] of [
  ['a log that cannot be written', { logger }],
  ['a log that gives no child', { logger: deaf }],
  ['metrics that cannot be counted', { metrics }],
] as const) {
  test(`${what} changes no successful answer`, async () => {
    const { app } = createTestApp(createToyActions(), options);
    assert.deepEqual(await ask(app), { status: 200, code: undefined });
    assert.deepEqual(await ask(app, 'none'), { status: 400, code: 'InvalidAction' });
  });

  test(`${what} changes no answer to a failure`, async () => {
    const failing = action('DescribeDBInstances', async () => broken());
    const { app } = createTestApp([failing], options);
    assert.deepEqual(await ask(app), { status: 500, code: 'InternalFailure' });
  });
}

for (const hook of [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
] as const) {
  test(`a hook that fails ${hook} is answered in XML`, async () => {
    const { app } = createTestApp(createToyActions());
    app.addHook(hook as 'onRequest', async () => broken());
    assert.equal((await ask(app)).status, hook === 'preSerialization' ? 200 : 500);
  });
}

test('a hook that fails before every other hook is answered in XML', async () => {
  const { app } = createTestApp(createToyActions(), {
    credentials: { find: () => broken() ?? SECRET_KEY },
  });
  assert.deepEqual(await ask(app), { status: 500, code: 'InternalFailure' });
});

test('a result that cannot be encoded is answered in XML', async () => {
  const odd = action('DescribeDBInstances', async () => ({
    DBInstances: [{ InstanceCreateTime: new Date(Number.NaN) }],
  }));
  const { app } = createTestApp([odd]);
  assert.deepEqual(await ask(app), { status: 500, code: 'InternalFailure' });
});

test('a log stream that fails now and then keeps the other lines', async () => {
  const lines: string[] = [];
  let count = 0;
  const stream = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const moody = { write: (line: string) => (count++ % 2 === 0 ? broken() : stream.write(line)) };
  const { app } = createTestApp(createToyActions(), { logger: pino({ level: 'info' }, moody) });
  for (let calls = 0; calls < 4; calls++) await ask(app);
  assert.equal(lines.length, 2);
});
