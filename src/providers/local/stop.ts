import { access, rm } from 'node:fs/promises';
import type { Progress } from '../provider.ts';
import type { Context } from './context.ts';
import { replaceFile } from './files.ts';
import { endMachine } from './make.ts';
import { machineProcesses } from './processes.ts';

/**
 * Stops the machine. A machine that was stopped before and not started since costs no program, because `cornac up`
 * stops all machines at its end. The list of processes alone would not do: see `endProcesses`.
 */
export async function stop(context: Context, name: string, progress: Progress): Promise<void> {
  const { ended } = context.layout.machine(name);
  if ((await exists(ended)) && !(await hasProcesses(context, name))) return;
  await endMachine(context, name, progress);
  // Without the mark, as on a read-only file system, the next stop only takes longer.
  await replaceFile(ended, '', { mode: 0o600 }).catch(() => {});
}

/** To be called before the first process of a machine is started. */
export async function unmarkEnded({ layout }: Context, name: string): Promise<void> {
  await rm(layout.machine(name).ended, { force: true });
}

async function hasProcesses({ layout, accounts, addresses }: Context, name: string): Promise<boolean> {
  const { root } = layout.machine(name);
  const own = (await addresses.list(name)).map(accounts.of);
  for (const account of new Set([...own, ...(accounts.shared ? [accounts.shared] : [])])) {
    if ((await machineProcesses(root, account)).length > 0) return true;
  }
  return false;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
