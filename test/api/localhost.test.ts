import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { listen } from '../../src/api/server.ts';
import { createTestApp } from '../support/api/gateway.ts';

// Two addresses of this computer stand in for 127.0.0.1 and ::1, because a computer may have no IPv6.
const [OURS, OTHER] = ['127.0.0.1', '127.0.0.2'] as const;

/** Makes `localhost` resolve to these addresses, because this computer's hosts file may have only one. */
function resolveTo(t: TestContext, addresses: readonly string[]): void {
  const original = dns.lookup;
  const found = addresses.map((address) => ({ address, family: 4 }));
  t.mock.method(dns, 'lookup', (host: string, ...more: unknown[]) => {
    if (host !== 'localhost') return Reflect.apply(original, dns, [host, ...more]);
    const [options] = more;
    const all = options instanceof Object && 'all' in options && options.all === true;
    const done = more.at(-1) as (...told: unknown[]) => void;
    setImmediate(() => (all ? done(null, found) : done(null, found[0]?.address, 4)));
  });
}

async function strangerOn(t: TestContext, host: string): Promise<number> {
  const stranger = createServer().listen(0, host);
  await once(stranger, 'listening');
  t.after(() => stranger.close());
  return (stranger.address() as AddressInfo).port;
}

test('the endpoint listens on every address of localhost', async (t) => {
  resolveTo(t, [OURS, OTHER]);
  const { app } = createTestApp([]);
  const listener = await listen(app, { host: 'localhost', port: 0 });
  assert.deepEqual(
    app
      .addresses()
      .map((each) => (typeof each === 'object' ? each.address : each))
      .sort(),
    [OURS, OTHER],
  );
  await listener.close();
});

test('an address of localhost that another process has bound: the endpoint does not start', async (t) => {
  resolveTo(t, [OURS, OTHER]);
  const port = await strangerOn(t, OTHER);
  const { app } = createTestApp([]);
  t.after(() => app.close());
  await assert.rejects(listen(app, { host: 'localhost', port }), {
    message: `cannot listen on localhost:${port}: the port is already in use on ${OTHER}`,
  });
  assert.deepEqual(app.addresses(), []);
});

test('an address of localhost that this computer does not have is skipped', async (t) => {
  resolveTo(t, [OURS, '192.0.2.1']);
  const listener = await listen(createTestApp([]).app, { host: 'localhost', port: 0 });
  await listener.close();
});
