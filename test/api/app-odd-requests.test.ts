import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createToyActions } from '../support/api/actions.ts';
import { createTestApp } from '../support/api/gateway.ts';
import { signedCall } from '../support/api/sign.ts';
import { CREATE, createCalls, refused } from './app-calls.ts';

const { app } = createTestApp(createToyActions(), { limits: { bodySize: 10_000 } });
const { inject, rds } = createCalls(app);

after(() => app.close());

for (const [method, url] of [
  ['GET', '/elsewhere'],
  ['POST', '/rds/x'],
  ['DELETE', '/rds'],
  ['PUT', '/'],
  ['OPTIONS', '/rds'],
  ['GET', '/%zz'],
  ['GET', '/../../etc/passwd'],
  ['GET', `/${'a/'.repeat(500)}`],
] as const) {
  test(`${method} ${url.slice(0, 30)} is not found`, async () => {
    const response = await app.inject({ method, url });
    assert.ok([400, 404].includes(response.statusCode), response.payload);
    assert.match(response.payload, /<ErrorResponse .*<RequestId>/);
  });
}

test('a body over the limit is refused', async () => {
  await refused(rds(`Action=DescribeDBInstances&x=${'x'.repeat(10_000)}`), 413, 'RequestEntityTooLarge');
});

test('a body whose length differs from Content-Length is refused', async () => {
  const signed = await signedCall('Action=DescribeDBInstances&Version=2014-10-31');
  await refused(
    inject({ ...signed, headers: { ...signed.headers, 'content-length': '3' } }),
    400,
    'MalformedHttpRequest',
  );
});

for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
  test(`a body of the content type ${type} is read, because its bytes are signed`, async () => {
    const answer = await rds('Action=DescribeDBInstances', { headers: { 'content-type': type } });
    assert.equal(answer.status, 200, answer.text);
  });
}

for (const body of [
  '%',
  '&&&',
  '=',
  '\u0000',
  '{"Action":"DescribeDBInstances"}',
  '<xml/>',
  'Action=%00',
  'Action[]=DescribeDBInstances',
  'Action=DescribeDBInstances&Filters.Filter.1e9.Name=x',
  'Action=DescribeDBInstances&Filters.Filter.99999999999999999999.Name=x',
  'Action=DescribeDBInstances&Filters...=x',
  'Action=DescribeDBInstances&Filters.Filter.__proto__.Name=x',
  'Action=DescribeDBInstances&MaxRecords=NaN',
  'Action=DescribeDBInstances&Marker=%ff',
  `${CREATE}AllocatedStorage=999999999999999999999`,
  `${CREATE}Tags.Tag.1=`,
  `${CREATE}Tags.Tag.1.Key.x=1`,
  `${CREATE}DBName=%00`,
  `${CREATE}MultiAZ=`,
  `${CREATE}${'Tags.Tag.1.'.repeat(50)}Key=1`,
  `Action=DescribeDBInstances&${'a'.repeat(9000)}=1`,
]) {
  test(`the body ${JSON.stringify(body.slice(0, 60))} never causes an error of the service`, async () => {
    const answer = await rds(body);
    assert.ok(answer.status < 500, answer.text);
  });
}
