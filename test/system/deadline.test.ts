import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { aborted } from '../../src/system/aborted.ts';
import { startDeadline, within } from '../../src/system/deadline.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const TIME_MS = 300;
/** Far longer than any deadline in this file: a later event counts as never. */
const NEVER_MS = 20_000;

/** Collects garbage repeatedly until the test ends, as a busy process does. */
function litter(t: TestContext): void {
  const timer = setInterval(collectGarbage, 20);
  t.after(() => clearInterval(timer));
  collectGarbage();
}

/** Fails instead of hanging where `promise` never settles. */
async function settles<T>(promise: Promise<T>): Promise<T> {
  const never = new AbortController();
  const limit = delay(NEVER_MS, undefined, { signal: never.signal }).then(
    () => assert.fail('the deadline never came'),
    () => assert.fail('over'),
  );
  limit.catch(() => {});
  return Promise.race([promise, limit]).finally(() => never.abort());
}

test('a deadline with an outer signal fires despite garbage collection', async (t) => {
  const outer = new AbortController();
  const { signal, isOver } = startDeadline(TIME_MS, outer.signal);
  litter(t);
  await settles(aborted(signal));
  assert.deepEqual([signal.reason.name, isOver()], ['TimeoutError', true]);
});

test('a deadline that only its waiter refers to fires', async (t) => {
  const wait = () => delay(2 * NEVER_MS, undefined, { signal: startDeadline(TIME_MS).signal });
  const waiting = wait();
  litter(t);
  await assert.rejects(settles(waiting), { name: 'AbortError' });
});

test('an outer signal ends a deadline at once, also when it was aborted before', async () => {
  const outer = new AbortController();
  const early = startDeadline(NEVER_MS, outer.signal);
  outer.abort(new Error('enough'));
  const late = startDeadline(NEVER_MS, outer.signal);
  for (const { signal, isOver } of [early, late]) {
    assert.deepEqual([signal.aborted, signal.reason.message, isOver()], [true, 'enough', false]);
  }
  early.dispose();
  late.dispose();
});

test('a disposed deadline never fires and leaves no listener on the outer signal', async () => {
  const outer = new EventTarget() as AbortSignal;
  const listeners = new Set<unknown>();
  outer.addEventListener = (_: string, listener: unknown) => listeners.add(listener);
  outer.removeEventListener = (_: string, listener: unknown) => listeners.delete(listener);
  const deadline = startDeadline(1, outer);
  assert.equal(listeners.size, 1);
  deadline.dispose();
  assert.equal(listeners.size, 0);
  const later = startDeadline(50);
  await once(later.signal, 'abort');
  assert.equal(deadline.signal.aborted, false);
});

test('work that ignores its signal is not waited for beyond its time', async (t) => {
  litter(t);
  const deaf = () => new Promise<string>(() => {});
  assert.equal(await settles(within(TIME_MS, deaf, new AbortController().signal)), undefined);
  assert.equal(await within(NEVER_MS, async () => 'done'), 'done');
  await assert.rejects(
    within(NEVER_MS, () => Promise.reject(new Error('no'))),
    /no/,
  );
});
