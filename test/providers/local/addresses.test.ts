import assert from 'node:assert/strict';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createAddresses, POSTGRES_PORT } from '../../../src/providers/local/addresses.ts';
import { loopbackRange } from '../../../src/providers/local/network.ts';

const directory = mkdtempSync(join(tmpdir(), 'cornac-addresses-'));
after(() => rmSync(directory, { recursive: true }));
let worlds = 0;

/** Makes its own range. The third number depends on the process, because another process may run the same test. */
async function open(bits = 28) {
  const state = join(directory, String(worlds++));
  const layout = { addresses: join(state, 'addresses'), keptAddresses: join(state, 'kept-addresses') };
  for (const dir of Object.values(layout)) await mkdir(dir, { recursive: true });
  const network = `127.251.${process.pid % 250}.${worlds * 16}/${bits}`;
  return { layout, network, addresses: createAddresses(layout, loopbackRange(network, state)) };
}

/** Waits until a file that is written now gets a later time than the link. */
async function clockTicks(link: string): Promise<void> {
  const probe = join(directory, 'probe');
  const { ctimeMs } = lstatSync(link);
  do {
    writeFileSync(probe, '');
    await nextTurn();
  } while (lstatSync(probe).ctimeMs <= ctimeMs);
}

test('a machine that is made again under its name gets its address back, after ten others', async () => {
  const { addresses, layout } = await open();
  const first = await addresses.claim('cornac-a');
  await addresses.release(first);
  assert.deepEqual(await addresses.list('cornac-a'), []);
  const others = [];
  for (let n = 0; n < 10; n++) others.push(await addresses.claim(`cornac-other${n}`));
  assert.ok(!others.includes(first));
  assert.equal(await addresses.claim('cornac-a'), first);
  assert.deepEqual(await addresses.list('cornac-a'), [first]);
  assert.deepEqual(readdirSync(layout.keptAddresses), []);
});

test('a machine whose first choice was taken gets its second choice back', async () => {
  const { addresses } = await open(29);
  const claimed = new Map<string, string>();
  for (let n = 0; n < 6; n++) claimed.set(`m${n}`, await addresses.claim(`m${n}`));
  for (const address of claimed.values()) await addresses.release(address);
  for (const [machine, address] of [...claimed].reverse()) {
    assert.equal(await addresses.claim(machine), address);
  }
});

test('when no other address is left, kept addresses are given to others, the longest kept one first', async () => {
  const { addresses, layout } = await open(29);
  const claimed: string[] = [];
  for (let n = 0; n < 6; n++) claimed.push(await addresses.claim(`m${n}`));
  for (const n of [3, 1]) {
    await addresses.release(claimed[n] ?? '');
    await clockTicks(join(layout.keptAddresses, claimed[n] ?? ''));
  }
  assert.equal(await addresses.claim('new'), claimed[3]);
  assert.equal(await addresses.claim('m3'), claimed[1]);
  await assert.rejects(addresses.claim('m1'), { code: 'InsufficientCapacity' });
});

test('a kept address on which another program listens now is not given back', async (t) => {
  const { addresses } = await open();
  const first = await addresses.claim('cornac-a');
  await addresses.release(first);
  const server = createServer().listen(POSTGRES_PORT, first);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  assert.notEqual(await addresses.claim('cornac-a'), first);
});

test('a wanted address overrides a kept one, and may be kept for another name', async () => {
  const { addresses, layout } = await open();
  const first = await addresses.claim('cornac-a');
  await addresses.release(first);
  assert.equal(await addresses.claim('cornac-b', first), first);
  assert.deepEqual(readdirSync(layout.keptAddresses), []);
  assert.notEqual(await addresses.claim('cornac-a'), first);
});

test('a kept address outside the present range is not given back', async () => {
  const { addresses, layout } = await open();
  await addresses.release(await addresses.claim('cornac-a'));
  const other = await open();
  const now = createAddresses(layout, loopbackRange(other.network, directory));
  const address = await now.claim('cornac-a');
  assert.ok(loopbackRange(other.network, directory).includes(address));
});

test('a second release of an address changes nothing', async () => {
  const { addresses } = await open();
  const address = await addresses.claim('cornac-a');
  await addresses.release(address);
  await addresses.release(address);
  assert.equal(await addresses.claim('cornac-a'), address);
});
