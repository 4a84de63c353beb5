import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aborted } from '../../src/system/aborted.ts';
import { runTogether } from '../../src/system/run-together.ts';

test('a failure ends the other parts and is thrown after they have ended', async () => {
  const ends: string[] = [];
  const other = async (until: AbortSignal) => {
    await aborted(until);
    ends.push('other');
  };
  const failing = () => Promise.reject(new Error('taken'));
  await assert.rejects(runTogether([other, failing], new AbortController().signal), /taken/);
  assert.deepEqual(ends, ['other']);
});

test('an abort ends all parts', async () => {
  const stopping = new AbortController();
  const running = runTogether([aborted, aborted], stopping.signal);
  stopping.abort();
  await running;
});
