import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type TurnPace, takeTurns, turns } from '../../../src/inventory/database/turn.ts';
import { aborted } from '../../../src/system/aborted.ts';
import { startTestInventory, type TestInventory } from '../../support/inventory.ts';
import { select } from '../../support/many-instances.ts';
import { startStandby } from '../../support/postgres.ts';

const PACE: TurnPace = { retryMs: 20, pingMs: 50, leaseMs: 1_000 };
let world: TestInventory;
before(async () => {
  world = await startTestInventory();
});
after(() => world?.close());

/** A contender for the turn. Its events report when its turn begins and ends. */
function contend(pace: TurnPace = PACE, databaseUrl = world.databaseUrl) {
  const stop = new AbortController();
  const events = new EventTarget();
  const state = { holds: 0, errors: 0 };
  const onError = () => {
    state.errors += 1;
    events.dispatchEvent(new Event('error'));
  };
  const work = async (signal: AbortSignal) => {
    state.holds += 1;
    events.dispatchEvent(new Event('begin'));
    await aborted(signal);
    state.holds -= 1;
    events.dispatchEvent(new Event('end'));
  };
  const running = takeTurns(databaseUrl, turns.prober, work, stop.signal, onError, pace);
  const end = async () => {
    stop.abort();
    await running;
  };
  const failed = new Promise((resolve) => events.addEventListener('error', resolve, { once: true }));
  return { state, end, failed, began: once(events, 'begin'), ended: once(events, 'end') };
}

test('one process at a time has the turn, and the next gets it when the first ends', async () => {
  const first = contend();
  await first.began;
  const second = contend();
  await delay(10 * PACE.retryMs);
  assert.deepEqual([first.state.holds, second.state.holds], [1, 0]);
  await first.end();
  await second.began;
  assert.deepEqual([first.state.holds, second.state.holds], [0, 1]);
  await second.end();
});

test('a holder whose connection dies loses the turn, and its signal is aborted', async () => {
  // The holder does not return before the other contender.
  const holder = contend({ ...PACE, retryMs: 600_000 });
  await holder.began;
  const other = contend();
  await select(
    world.databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [turns.prober],
  );
  await holder.ended;
  await other.began;
  await Promise.all([holder.end(), other.end()]);
});

test('no process has the turn on a standby, because another may have it on the primary', async (t) => {
  const standby = await startStandby();
  t.after(() => standby.stop());
  const first = contend(PACE, standby.url);
  await first.failed;
  assert.equal(first.state.holds, 0);
  await standby.promote();
  await first.began;
  await first.end();
});

test('a holder that hangs without a proof of life loses the turn', async () => {
  const hung = contend({ ...PACE, pingMs: 600_000 });
  await hung.began;
  const other = contend();
  await other.began;
  assert.equal(other.state.holds, 1);
  await Promise.all([hung.end(), other.end()]);
});

test('failed work is retried', async () => {
  const stop = new AbortController();
  const errors: unknown[] = [];
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries === 3) stop.abort();
    throw new Error(`try ${tries}`);
  };
  await takeTurns(world.databaseUrl, turns.prober, work, stop.signal, (error) => errors.push(error), PACE);
  assert.deepEqual(errors.map(String), ['Error: try 1', 'Error: try 2']);
});
