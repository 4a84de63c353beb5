import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCurrentBuild } from '../../../src/processes/current-build.ts';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const build = findCurrentBuild();
const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/**
 * Node's arguments that start `cornac`: a current build, as users run it, or the sources. Each start from the sources
 * costs seconds of CPU.
 */
export const nodeArguments: readonly string[] = build
  ? [join(build, 'cli/main.js')]
  : ['--import', import.meta.resolve('tsx'), main];

/** The words of a shell that start `cornac`. */
export const shellCommand = [process.execPath, ...nodeArguments].map((word) => `"${word}"`).join(' ');

/** An environment without the settings of this machine and user. */
export function cleanEnv(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NO_COLOR: '1',
    ...env,
  };
}

/** Runs `cornac` as a real process. */
export async function cornac(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeArguments, ...args], {
    cwd,
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}
