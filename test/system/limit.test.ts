import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLimit } from '../../src/system/limit.ts';

test('no more than the allowed number run at once, and all in their order', async () => {
  const limit = createLimit(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4].map((number) =>
      limit(async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        order.push(number);
        running--;
      }),
    ),
  );
  assert.equal(most, 2);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
});

test('a failure makes room for the next', async () => {
  const limit = createLimit(1);
  await assert.rejects(limit(() => Promise.reject(new Error('no'))));
  assert.equal(await limit(async () => 'next'), 'next');
});
