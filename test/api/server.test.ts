import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { action } from '../../src/api/action.ts';
import { listen } from '../../src/api/server.ts';
import { createToyActions } from '../support/api/actions.ts';
import { createTestApp, startTestGateway, type TestGateway } from '../support/api/gateway.ts';
import { signedCall } from '../support/api/sign.ts';

let gateway: TestGateway;

before(async () => {
  gateway = await startTestGateway(createToyActions(), {
    limits: {
      headerSize: 8192,
      headersTimeout: 200,
      requestTimeout: 300,
      checkInterval: 50,
      idleTimeout: 5000,
    },
  });
});

after(() => gateway.listener.close());

/** Everything that the server sends until it closes the connection. */
async function talk(text: string): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  return read(socket);
}

async function read(socket: Socket): Promise<string> {
  return Buffer.concat(await socket.toArray()).toString();
}

const HEAD = 'POST /rds/ HTTP/1.1\r\nHost: localhost\r\n';

for (const [what, text, status, code] of [
  ['what is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400, 'MalformedHttpRequest'],
  ['a header too large', `${HEAD}X: ${'x'.repeat(9000)}\r\n\r\n`, 431, 'RequestHeaderSectionTooLarge'],
  ['a header without a colon', `${HEAD}nonsense\r\n\r\n`, 400, 'MalformedHttpRequest'],
  ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400, 'MalformedHttpRequest'],
  [
    'a length and chunks',
    `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    'MalformedHttpRequest',
  ],
  ['an unsupported expectation', `${HEAD}Expect: x\r\n\r\n`, 417, 'ExpectationFailed'],
  ['no host', 'POST /rds/ HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'MalformedHttpRequest'],
  ['two hosts', `${HEAD}Connection: close\r\nHost: b\r\n\r\n`, 400, 'MalformedHttpRequest'],
  ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 404, 'NotFound'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'MalformedHttpRequest'],
  [
    'an upgrade',
    `${HEAD}Connection: close, upgrade\r\nUpgrade: h2c\r\n\r\n`,
    403,
    'MissingAuthenticationToken',
  ],
  ['a bad chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'MalformedHttpRequest'],
  [
    'a second host behind a thousand headers',
    `${HEAD}Connection: close\r\n${'X:\r\n'.repeat(1_100)}Host: b\r\n\r\n`,
    400,
    'MalformedHttpRequest',
  ],
  [
    'two codings of the body',
    `${HEAD}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'MalformedHttpRequest',
  ],
  [
    'chunks before HTTP/1.1',
    'GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'MalformedHttpRequest',
  ],
  ['HTTP/0.9 with headers', 'GET / HTTP/0.9\r\nHost: a\r\n\r\n', 400, 'MalformedHttpRequest'],
  ['all of the server', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404, 'NotFound'],
  ['a method that Node does not know', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'MalformedHttpRequest'],
  [
    'a method for other servers',
    'PROPFIND / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    404,
    'NotFound',
  ],
  ['a header that never ends', HEAD, 408, 'RequestTimeout'],
  ['a body that never ends', `${HEAD}Content-Length: 10\r\n\r\nAction`, 408, 'RequestTimeout'],
] as const) {
  test(`${what} is answered ${status} and the connection is closed`, async () => {
    const answer = await talk(text);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(answer, new RegExp(`<Code>${code}</Code>`));
    const [, header] = /x-amzn-RequestId: (\S+)/i.exec(answer) ?? [];
    assert.match(answer, new RegExp(`<RequestId>${header}</RequestId>`));
    assert.match(answer, /content-type: text\/xml/i);
  });
}

test('a client that waits for 100 Continue gets it', async () => {
  const { headers, payload, url } = await signedCall('Action=DescribeDBInstances&Version=2014-10-31');
  const call = request({
    ...{ host: '127.0.0.1', port: gateway.port, path: url, method: 'POST' },
    headers: { ...headers, expect: '100-continue' },
  });
  call.flushHeaders();
  await once(call, 'continue');
  call.end(payload);
  const [response] = await once(call, 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
});

test('a client that disconnects in the middle of a request harms no other client', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${HEAD}Content-Length: 10\r\n\r\nAct`, () => socket.resetAndDestroy());
  await once(socket, 'close');
  assert.match(
    await talk(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    /MissingAuthenticationToken/,
  );
});

test('the error for a taken port names host and port', async () => {
  const { app } = createTestApp([]);
  const { port } = gateway;
  await assert.rejects(listen(app, { host: '127.0.0.1', port }), {
    message: `cannot listen on 127.0.0.1:${port}: the port is already in use`,
  });
  await app.close();
});

test('the error for a foreign address names the address', async () => {
  const { app } = createTestApp([]);
  await assert.rejects(
    listen(app, { host: '192.0.2.1', port: 0 }),
    /192\.0\.2\.1:0: the address does not belong to this computer/,
  );
  await app.close();
});

/** A gateway whose only action waits until `goOn` is called, with a request in progress. */
async function startSlowRequest() {
  let goOn: () => void = () => undefined;
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const slow = action('DescribeDBInstances', async () => {
    entered();
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    return { DBInstances: [] };
  });
  const { listener, port } = await startTestGateway([slow]);
  const { headers, payload, url, method } = await signedCall('Action=DescribeDBInstances&Version=2014-10-31');
  const call = request({ host: '127.0.0.1', port, path: url, method, headers });
  call.end(payload);
  await inside;
  return { listener, port, call, goOn: () => goOn() };
}

test('close lets a running request finish and accepts no new ones', async () => {
  const { listener, port, call, goOn } = await startSlowRequest();
  const closed = listener.close();
  await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  goOn();
  const [response] = await once(call, 'response');
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers.connection, 'close');
  response.resume();
  await closed;
});

test('close cuts a request that takes longer than the grace period', async () => {
  const { listener, call, goOn } = await startSlowRequest();
  const lost = assert.rejects(once(call, 'response'), { code: 'ECONNRESET' });
  await listener.close(20);
  await lost;
  goOn();
});
