import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Worker } from '@temporalio/worker';
import { runWorkers } from '../../src/processes/workers.ts';

/**
 * A worker of the SDK whose namespace is gone together with the server's database: its state is FAILED after a minute,
 * and `runUntil` never settles. So long a wait, with a server of its own, is no part of the tests.
 */
function failedWorker(): Worker {
  return { getState: () => 'FAILED', runUntil: () => new Promise(() => {}) } as unknown as Worker;
}

/** A worker that runs until it is told to end. */
function soundWorker(ended: () => void): Worker {
  return {
    getState: () => 'RUNNING',
    runUntil: (until: Promise<void>) => until.then(ended),
  } as unknown as Worker;
}

test('a worker that has failed and does not end rejects, and the other workers end', async () => {
  let hasEnded = false;
  const sound = soundWorker(() => {
    hasEnded = true;
  });
  await assert.rejects(
    runWorkers([failedWorker(), sound], new AbortController().signal, { failedMs: 1, lookMs: 1 }),
    /a failed worker does not end/,
  );
  assert.ok(hasEnded);
});

test('workers that run resolve when they are told to end', async () => {
  const ending = new AbortController();
  const running = runWorkers([soundWorker(() => {})], ending.signal, { failedMs: 1, lookMs: 1 });
  ending.abort();
  await running;
});
