import { type ChildProcess, fork, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ChildLog } from './child-log.ts';

/** The path of a program on PATH or in the directories `more`. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  more: readonly string[] = [],
): string | undefined {
  return [...(env.PATH ?? '').split(delimiter), ...more]
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The directory where scripts/setup puts downloaded programs. */
export function cachedPrograms(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'cornac/bin');
}

/**
 * Starts another `cornac` with an IPC channel. On it the child announces that it is ready, and its close
 * shows the child the end of this process. The child has its own session, because Ctrl-C must reach this
 * process alone, which stops its children in order.
 */
export function spawnCornac(args: readonly string[], env: NodeJS.ProcessEnv, log?: ChildLog): ChildProcess {
  const main = process.argv[1];
  if (main === undefined) throw new Error('this process was not started from a file');
  const start = (output: 'inherit' | number) =>
    fork(main, args, { env, detached: true, stdio: ['ignore', output, output, 'ipc'] });
  return log === undefined ? start('inherit') : log.withDescriptor(start);
}

/** The descriptor of the pipe in a child that `spawnBound` starts with `withPipe`. */
export const PIPE_FD = 3;

/**
 * Starts a program that ends with this process, even after `kill -9`, where `setpriv` of util-linux is
 * installed. With `withPipe` the program gets a pipe to this process as descriptor `PIPE_FD`. Only this
 * program can write to the pipe.
 */
export function spawnBound(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: ChildLog,
  { withPipe = false } = {},
): ChildProcess {
  const setpriv = findProgram('setpriv', env);
  const [command, ...rest] = setpriv
    ? [setpriv, '--pdeathsig', 'TERM', program, ...args]
    : [program, ...args];
  return log.withDescriptor((output) =>
    spawn(command, rest, {
      env,
      detached: true,
      stdio: ['ignore', output, output, ...(withPipe ? (['pipe'] as const) : [])],
    }),
  );
}
