import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../src/up/ready-file.ts';

/** The program that the build made. */
export const cornac = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Stack {
  readonly ready: ReadyFile;
  /** Resolves when it has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs `cornac up` and waits until all is ready; aborting `signal` stops it. It has a session of its own, so that Ctrl-C
 * stops it once and in order, and a channel to us, so that it stops when we are killed.
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
