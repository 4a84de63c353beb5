import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Node's arguments that start `cornac` from its sources. */
export const nodeArguments = ['--import', import.meta.resolve('tsx'), main];

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
