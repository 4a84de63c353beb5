import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { freeQueues } from '../temporal/free-queues.ts';

const PAUSE_MS = 30_000;
const ANSWER_MS = 10_000;

/** Keeps tasks of these queues going to our workers, see `freeQueues`, until `signal` is aborted. Never throws. */
export async function keepQueues(
  { temporal, taskQueues, log }: { temporal: Client; taskQueues: readonly string[]; log: Logger },
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> {
  let healthy = true;
  while (!signal.aborted) {
    try {
      const freed = await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
        freeQueues(temporal, taskQueues),
      );
      if (freed.length > 0) {
        log.warn({ freed }, "another client had redirected the tasks of Cornac's queues; this was undone");
      }
      healthy = true;
    } catch (err) {
      if (healthy) log.warn({ err }, "cannot check Cornac's task queues");
      healthy = false;
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
