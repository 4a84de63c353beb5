import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Stack } from './stack.ts';

const run = promisify(execFile);

/** Exit status and stderr of a command that failed. */
export interface CliFailure {
  readonly code: number;
  readonly stderr: string;
}

/** The real aws CLI. Version 2.9 takes the endpoint only as an option, so it is always given as one. */
export function createAws({ endpoint, env }: Pick<Stack, 'endpoint' | 'env'>) {
  const rds = (args: readonly string[]) =>
    run('aws', ['rds', ...args, '--endpoint-url', endpoint], { env: { ...env, AWS_MAX_ATTEMPTS: '2' } });
  return {
    /** Runs a command and returns its parsed output; undefined where it prints nothing. */
    async rds(...args: string[]) {
      const { stdout } = await rds([...args, '--output', 'json']);
      return stdout === '' ? undefined : JSON.parse(stdout);
    },

    /** Runs a command and returns its output as text. */
    async text(...args: string[]): Promise<string> {
      return (await rds([...args, '--output', 'text'])).stdout;
    },

    /** Runs a command that must fail. */
    async fails(...args: string[]): Promise<CliFailure> {
      try {
        await rds(args);
      } catch (error) {
        if (isCliFailure(error)) return error;
        throw error;
      }
      return assert.fail(`${args[0]} succeeded`);
    },
  };
}

export type Aws = ReturnType<typeof createAws>;

function isCliFailure(error: unknown): error is CliFailure {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'number' &&
    'stderr' in error &&
    typeof error.stderr === 'string'
  );
}
