import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOptional, UpError } from '../../src/up/up-error.ts';

test('an optional part that does not start is reported and throws nothing; other errors are thrown', async () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  await startOptional(() => Promise.reject(new UpError('ui does not start', 'its log')), say, 'go on');
  assert.deepEqual(said, ['ui does not start', 'its log', 'go on']);
  await startOptional(async () => {}, say, 'go on');
  assert.equal(said.length, 3);
  await assert.rejects(
    startOptional(() => Promise.reject(new TypeError('a bug')), say, 'go on'),
    TypeError,
  );
});
