import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { action } from '../../src/api/action.ts';
import type { AppOptions } from '../../src/api/app.ts';
import { createApiMetrics } from '../../src/api/metrics.ts';
import { invalidDBInstanceState } from '../../src/model/errors.ts';
import { createToyActions } from '../support/api/actions.ts';
import { ACCESS_KEY, createTestApp, SECRET_KEY } from '../support/api/gateway.ts';
import { signedCall } from '../support/api/sign.ts';
import { CREATE, createCalls, refused } from './app-calls.ts';

class Unreachable extends Error {}

const PASSWORD = 'C4nary-Passw0rd';
const metrics = createApiMetrics();

const failing = [
  action('RebootDBInstance', async () => {
    throw new Unreachable('the inventory is down');
  }),
  action('DescribeEvents', async (_input, { log }) => {
    log.info('looking');
    throw new Error(`no such column: ${PASSWORD}`, { cause: new TypeError('the reason') });
  }),
];

const options: Partial<AppOptions> = {
  metrics,
  isUnavailable: (error) => error instanceof Unreachable,
};

const { app, log } = createTestApp([...createToyActions(), ...failing], options);
const { inject, call, rds } = createCalls(app);

after(() => app.close());

for (const path of ['/', '/rds', '/rds/']) {
  for (const method of ['POST', 'GET'] as const) {
    test(`${method} ${path} is the endpoint`, async () => {
      const query = { Action: 'DescribeDBInstances', Version: '2014-10-31' };
      const answer =
        method === 'POST'
          ? await rds('Action=DescribeDBInstances', { path })
          : await call('', { method, path, query, expiresIn: 60 });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, new RegExp(`<RequestId>${answer.requestId}</RequestId>`));
    });
  }
}

test('the parameters of the query part and of the body are merged', async () => {
  const answer = await call('Action=DescribeDBInstances', { query: { Version: '2014-10-31' } });
  assert.equal(answer.status, 200, answer.text);
});

for (const [what, body, status, code, message] of [
  ['no action', '', 400, 'MissingAction', /parameter Action/],
  ['an empty action', 'Action=', 400, 'MissingAction', /parameter Action/],
  [
    'two actions',
    'Action=DescribeDBInstances&Action=DescribeEvents',
    400,
    'MalformedInput',
    /Action.*more than once/,
  ],
  [
    'an unknown action',
    'Action=Foo',
    400,
    'InvalidAction',
    /^Could not find operation Foo for version 2014-10-31$/,
  ],
  ['an action named as a property of objects', 'Action=constructor', 400, 'InvalidAction', /constructor/],
  [
    'an action that is not offered',
    'Action=CreateDBCluster',
    400,
    'InvalidAction',
    /CreateDBCluster is not offered/,
  ],
  ['STS’s action under RDS', 'Action=GetCallerIdentity', 400, 'InvalidAction', /Could not find/],
  [
    'what an action refuses',
    'Action=DescribeDBInstances&DBInstanceIdentifier=x',
    404,
    'DBInstanceNotFound',
    /x not found/,
  ],
] as const) {
  test(`${what} gets AWS's answer`, async () => {
    await refused(rds(body), status, code, message);
  });
}

test('a version other than RDS’s, or none, is refused', async () => {
  await refused(
    call('Action=DescribeDBInstances&Version=2099-01-01'),
    400,
    'InvalidAction',
    /^Could not find operation DescribeDBInstances for version 2099-01-01$/,
  );
  await refused(call('Action=DescribeDBInstances'), 400, 'MissingParameter', /Version/);
});

test('the scope of the signature selects the service', async () => {
  const sts = { service: 'sts' };
  const answer = await call('Action=GetCallerIdentity&Version=2011-06-15', sts);
  assert.match(answer.text, /xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"/);
  assert.match(answer.text, new RegExp(`<UserId>${ACCESS_KEY}</UserId><Account>123456789012</Account>`));
  await refused(call('Action=DescribeDBInstances&Version=2014-10-31', sts), 400, 'InvalidAction');
  const error = await refused(call('Action=AssumeRole&Version=2011-06-15', sts), 400, 'InvalidAction');
  assert.match(error.text, /xmlns="https:\/\/sts\.amazonaws\.com/);
});

test('an unsigned request is refused on every path of the endpoint', async () => {
  for (const url of ['/', '/rds', '/rds/']) {
    await refused(
      inject({ method: 'POST', url, headers: {}, payload: Buffer.from('Action=DescribeDBInstances') }),
      403,
      'MissingAuthenticationToken',
    );
  }
});

test('a body that was added to a signed GET is refused', async () => {
  const query = { Action: 'DescribeDBInstances', Version: '2014-10-31' };
  for (const sign of [{ expiresIn: 60 }, {}]) {
    const signed = await signedCall('', { method: 'GET', query, ...sign });
    const changed = { ...signed, payload: Buffer.from('&Action=RebootDBInstance') };
    await refused(inject(changed), 403, 'SignatureDoesNotMatch');
  }
});

test('a wrong signature is refused before the parameters are read', async () => {
  await refused(call('%', { secretAccessKey: 'wrong' }), 403, 'SignatureDoesNotMatch');
});

test('an inventory that is down is answered with 503, which SDKs retry', async () => {
  await refused(rds('Action=RebootDBInstance&DBInstanceIdentifier=a'), 503, 'ServiceUnavailable');
});

test('an unknown error is shown only in the log, under the request id of the answer', async () => {
  const answer = await refused(rds('Action=DescribeEvents'), 500, 'InternalFailure', /unknown error/);
  assert.doesNotMatch(answer.text, /column|reason/);
  const lines = log.filter((line) => line.requestId === answer.requestId);
  assert.deepEqual(
    lines.map((line) => [line.msg, line.action, line.accessKeyId]).sort(),
    ['InternalFailure', 'looking', 'request'].map((msg) => [msg, 'DescribeEvents', ACCESS_KEY]),
  );
  const { error } = lines.find(({ msg }) => msg === 'InternalFailure') as {
    error: { message: string; stack: string; cause: { message: string } };
  };
  assert.match(error.message, /no such column/);
  assert.match(error.stack, /app\.test/);
  assert.equal(error.cause.message, 'the reason');
});

test('a request writes one log line: id, key, action, instance, outcome, time', async () => {
  const create = CREATE.replace('=a&', '=logged&');
  const answer = await rds(`${create}MasterUserPassword=${PASSWORD}`);
  const lines = log.filter((line) => line.requestId === answer.requestId);
  assert.equal(lines.length, 1);
  const { ms, time, pid, hostname, level, ...line } = lines[0] ?? {};
  assert.equal(typeof ms, 'number');
  assert.deepEqual(line, {
    requestId: answer.requestId,
    accessKeyId: ACCESS_KEY,
    action: 'CreateDBInstance',
    instance: 'logged',
    status: 200,
    code: 'OK',
    msg: 'request',
  });
});

test('secrets of the input are struck out of a logged error', async () => {
  const leaking = action('RebootDBInstance', async () => {
    throw invalidDBInstanceState('no');
  });
  const bad = createToyActions().map((toy) =>
    toy.name !== 'CreateDBInstance'
      ? toy
      : { ...toy, run: async () => Promise.reject(new Error(`insert ('${PASSWORD}')`, { cause: PASSWORD })) },
  );
  const { app, log } = createTestApp([...bad, leaking]);
  const response = await app.inject(
    await signedCall(`Version=2014-10-31&${CREATE}MasterUserPassword=${PASSWORD}`),
  );
  assert.equal(response.statusCode, 500);
  assert.match(JSON.stringify(log), /insert \('\[redacted\]'\)/);
  assert.doesNotMatch(JSON.stringify(log) + response.payload, new RegExp(PASSWORD));
});

test('neither signature nor secret is ever logged', () => {
  const lines = JSON.stringify(log);
  assert.doesNotMatch(lines, /Signature=|authorization/i);
  assert.ok(!lines.includes(SECRET_KEY));
});

test('requests are counted and timed by action and code; an unknown action is no label', async () => {
  const text = await metrics.registry.metrics();
  assert.match(text, /cornac_api_requests_total\{action="DescribeEvents",code="InternalFailure"\} 1\n/);
  assert.match(text, /cornac_api_requests_total\{action="CreateDBCluster",code="InvalidAction"\} 1\n/);
  assert.match(text, /cornac_api_requests_total\{action="unknown",code="InvalidAction"\} \d/);
  assert.match(text, /cornac_api_request_duration_seconds_count\{action="CreateDBInstance",code="OK"\} \d/);
  assert.doesNotMatch(text, /Foo|constructor/);
});

test('an app without `isUnavailable` and without metrics answers', async () => {
  const { app } = createTestApp([
    action('DescribeDBInstances', async () => Promise.reject(new Unreachable('down'))),
  ]);
  const response = await app.inject(await signedCall('Version=2014-10-31&Action=DescribeDBInstances'));
  assert.equal(response.statusCode, 500);
});
