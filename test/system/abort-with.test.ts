import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortWith } from '../../src/system/abort-with.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Signals without listeners, whose sources can be collected right after their abort. */
function abortedUnheard(): AbortSignal[] {
  const [outer, own] = [new AbortController(), new AbortController()];
  const [byOuter, byItself] = [abortWith(outer.signal), abortWith(own.signal)];
  outer.abort('outer');
  byItself.abort('itself');
  return [byOuter.signal, byItself.signal];
}

test('an abort without a listener survives a garbage collection', async () => {
  const signals = abortedUnheard();
  await turn();
  collectGarbage();
  assert.deepEqual(
    signals.map(({ aborted, reason }) => [aborted, reason]),
    [
      [true, 'outer'],
      [true, 'itself'],
    ],
  );
});

test('an already aborted signal aborts the controller at once, and the first reason stays', () => {
  const { signal } = abortWith(AbortSignal.abort('before'));
  assert.deepEqual([signal.aborted, signal.reason], [true, 'before']);
  const outer = new AbortController();
  const inner = abortWith(outer.signal);
  inner.abort('first');
  outer.abort('second');
  assert.equal(inner.signal.reason, 'first');
});
