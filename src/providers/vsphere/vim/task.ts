import { z } from 'zod';
import { isFault, localizedFault } from './fault.ts';
import { read } from './properties.ts';
import type { Ref } from './schema.ts';
import type { Vim } from './vim.ts';
import { type WaitOptions, waitUntil } from './wait.ts';

const info = {
  'info.state': z.enum(['queued', 'running', 'success', 'error']),
  'info.error': z.unknown(),
};

/**
 * Waits for the end of a task. Undefined at the deadline, `gone` when vCenter has forgotten it.
 * @throws VimFault the task's own
 */
export function waitForTask(
  vim: Vim,
  task: Ref,
  options: WaitOptions,
): Promise<'success' | 'gone' | undefined> {
  const look = async () => {
    const found = await read(vim, task, info).catch((error) => {
      if (isFault(error, 'ManagedObjectNotFound')) return undefined;
      throw error;
    });
    if (!found) return 'gone';
    if (found['info.state'] === 'error') throw localizedFault(found['info.error']);
    return found['info.state'] === 'success' ? 'success' : undefined;
  };
  return waitUntil(vim, task, ['info.state'], look, options);
}
