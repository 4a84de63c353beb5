import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { loopbackRange } from '../../../src/providers/local/network.ts';
import { hasWildcardListener, isPortFree } from '../../../src/providers/local/ports.ts';

test('a range has every address except its first and last', () => {
  const range = loopbackRange('127.77.0.200/30', '/x');
  assert.deepEqual(
    [range.cidr, range.size, range.at(0), range.at(1)],
    ['127.77.0.200/30', 2, '127.77.0.201', '127.77.0.202'],
  );
});

test('a range includes only its addresses, without its first and its last', () => {
  const range = loopbackRange('127.77.0.200/30', '/x');
  const named = ['127.77.0.200', '127.77.0.201', '127.77.0.202', '127.77.0.203', '127.78.0.201', 'x'];
  assert.deepEqual(
    named.filter((address) => range.includes(address)),
    ['127.77.0.201', '127.77.0.202'],
  );
});

test('a range begins at the network address of its mask', () => {
  assert.equal(loopbackRange('127.77.0.9/24', '/x').cidr, '127.77.0.0/24');
  assert.equal(loopbackRange('127.0.0.0/8', '/x').at(0), '127.0.0.1');
});

test('without LOCAL_NETWORK the range is derived from the state directory', () => {
  const range = loopbackRange(undefined, '/srv/one');
  assert.deepEqual(range.cidr, loopbackRange(undefined, '/srv/one').cidr);
  assert.notEqual(range.cidr, loopbackRange(undefined, '/srv/two').cidr);
  assert.equal(range.size, 1022);
  assert.match(range.at(range.size - 1), /^127\.[1-9]\d*\.\d+\.254$/);
});

test('a listener on all addresses is distinguished from a listener on one address', async (t) => {
  const listen = async (host: string) => {
    const server = createServer().listen({ host, port: 0 });
    await once(server, 'listening');
    t.after(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  const single = await listen('127.0.0.1');
  assert.equal(await hasWildcardListener(single), false);
  assert.equal(await isPortFree('127.0.0.1', single), false);
  assert.equal(await isPortFree('127.199.1.1', single), true);
  for (const host of ['0.0.0.0', '::']) {
    const port = await listen(host);
    assert.equal(await hasWildcardListener(port), true, host);
    assert.equal(await isPortFree('127.199.1.1', port), false, host);
  }
});
