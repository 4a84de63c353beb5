import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortWith } from '../../src/system/abort-with.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Signals to which nobody listens, whose sources are collected right after their abort. */
function abortedUnheard(): AbortSignal[] {
  const [outer, own] = [new AbortController(), new AbortController()];
  const [byOuter, byItself] = [abortWith(outer.signal), abortWith(own.signal)];
  outer.abort('outer');
  byItself.abort('itself');
  return [byOuter.signal, byItself.signal];
}

test('an abort to which nobody listened is not lost when garbage is collected', async () => {
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

test('what is aborted before is aborted at once, and keeps its reason', () => {
  const { signal } = abortWith(AbortSignal.abort('before'));
  assert.deepEqual([signal.aborted, signal.reason], [true, 'before']);
  const outer = new AbortController();
  const inner = abortWith(outer.signal);
  inner.abort('first');
  outer.abort('second');
  assert.equal(inner.signal.reason, 'first');
});
