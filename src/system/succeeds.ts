import { type ExecFileOptions, execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const MOST_RUNS = 5;

/**
 * Whether a program succeeds. A program that was killed has answered nothing, and is run again.
 * @throws the error of the last run where each was killed
 */
export async function succeeds(
  program: string,
  args: readonly string[],
  options: ExecFileOptions,
): Promise<boolean> {
  for (let run = 1; ; run++) {
    try {
      await exec(program, args, options);
      return true;
    } catch (error) {
      if (!(error as { signal?: string }).signal) return false;
      if (run >= MOST_RUNS) throw error;
    }
  }
}
