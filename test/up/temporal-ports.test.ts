import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findFreePort } from '../../src/up/ports.ts';
import { innerPortCount } from '../../src/up/temporal-config.ts';
import { chooseInnerPorts } from '../../src/up/temporal-ports.ts';

function make(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-ports-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'ports.json');
}

test("Temporal's inner ports are distinct and the same at the next start", async (t) => {
  const file = make(t);
  const ports = await chooseInnerPorts(file);
  assert.equal(new Set(ports).size, innerPortCount);
  assert.deepEqual(await chooseInnerPorts(file), ports);
});

test('when another program has taken an inner port, new ports are chosen', async (t) => {
  const file = make(t);
  const [port = 0] = await chooseInnerPorts(file);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const ports = await chooseInnerPorts(file);
  assert.equal(ports.includes(port), false);
  assert.deepEqual(await chooseInnerPorts(file), ports);
});

test('inner ports of the last start that are now `taken` are replaced', async (t) => {
  const file = make(t);
  const last = await chooseInnerPorts(file);
  const taken = last.slice(0, 2);
  const ports = await chooseInnerPorts(file, taken);
  assert.equal(new Set([...ports, ...taken]).size, innerPortCount + taken.length);
  assert.deepEqual(await chooseInnerPorts(file, taken), ports);
});

test('findFreePort returns no port that is `taken`', async () => {
  const [least = 0, greatest = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .split(/\s+/)
    .map(Number);
  // Leaves 200 of the ports that the kernel may choose.
  const free = Array.from({ length: 200 }, (_, n) => least + n);
  const taken = Array.from({ length: greatest - least - 199 }, (_, n) => least + 200 + n);
  assert.ok(free.includes(await findFreePort('127.0.0.1', taken)));
});

for (const content of ['half', '{}', '[1, 2]', '["a"]', '[80, 80, 80, 80, 80, 80, 80]']) {
  test(`a file with ${content} is replaced`, async (t) => {
    const file = make(t);
    writeFileSync(file, content);
    const ports = await chooseInnerPorts(file);
    assert.equal(new Set(ports).size, innerPortCount);
  });
}
