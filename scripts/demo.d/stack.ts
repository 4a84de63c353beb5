import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../src/up/ready-file.ts';

/** The program from the build. */
export const cornac = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Stack {
  readonly ready: ReadyFile;
  /** Resolves when the stack has ended for any reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs `cornac up` and waits until the stack is ready; aborting `signal` stops it. `cornac up` has its own
 * session, so that Ctrl-C stops it once and in order, and a channel to this process, so that it stops when
 * this process is killed.
 * @returns undefined when it ended before it was ready
 */
export async function startStack(
  options: readonly string[],
  signal: AbortSignal,
): Promise<Stack | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-demo-'));
  const readyFile = join(directory, 'ready.json');
  const child = fork(cornac, ['up', '--ready-file', readyFile, ...options], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => rmSync(directory, { recursive: true, force: true }));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  signal.addEventListener('abort', stop, { once: true });
  const first = await Promise.race([once(child, 'message'), ended]);
  if (first === undefined) return undefined;
  return { ready: JSON.parse(readFileSync(readyFile, 'utf8')), ended, stop };
}
