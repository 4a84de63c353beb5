import { setTimeout as delay } from 'node:timers/promises';
import { type Progress, ProviderError } from '../provider.ts';
import { isTransient } from './errors.ts';
import type { Ref } from './vim/schema.ts';
import { waitForTask } from './vim/task.ts';
import type { Vim } from './vim/vim.ts';

const ATTEMPTS = 6;

/**
 * Repeats a step that failed for a transient reason: a host that is not connected, a network that is
 * unreachable. A step begins by reading the current state, because the outcome of a call whose answer was
 * lost is unknown.
 */
export async function retryTransient<T>({ signal, report }: Progress, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      signal.throwIfAborted();
      return await step();
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      report(`${(error as Error).message}; retrying`);
      await delay(Math.min(250 * 2 ** attempt, 4_000), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }
}

/**
 * Waits until a task has succeeded, or until vCenter has forgotten it: the caller then checks what the task
 * did.
 * @throws VimFault the task's, ProviderError Timeout
 */
export async function finishTask(
  vim: Vim,
  task: Ref,
  what: string,
  { signal, report }: Progress,
  timeoutMs: number,
): Promise<void> {
  const onSlice = () => report(what);
  const result = await waitForTask(vim, task, { deadline: Date.now() + timeoutMs, signal, onSlice });
  if (result) return;
  throw new ProviderError('Timeout', `${what}: not done after ${Math.round(timeoutMs / 60_000)} minutes`);
}
