import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aborted } from '../../src/system/aborted.ts';
import { runTogether } from '../../src/system/run-together.ts';

test('what fails ends the others, and is thrown when they have ended', async () => {
  const ends: string[] = [];
  const other = async (until: AbortSignal) => {
    await aborted(until);
    ends.push('other');
  };
  const failing = () => Promise.reject(new Error('taken'));
  await assert.rejects(runTogether([other, failing], new AbortController().signal), /taken/);
  assert.deepEqual(ends, ['other']);
});

test('all end when that is asked for', async () => {
  const stopping = new AbortController();
  const running = runTogether([aborted, aborted], stopping.signal);
  stopping.abort();
  await running;
});
