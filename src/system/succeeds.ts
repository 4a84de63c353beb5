import { execProgram, ProgramError, type ProgramOptions } from './fork-server.ts';

const MOST_RUNS = 5;

/**
 * Whether a program succeeds. A program that was killed has answered nothing, and is run again.
 * @throws the error of the last run where each was killed
 */
export async function succeeds(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<boolean> {
  for (let run = 1; ; run++) {
    try {
      await execProgram(program, args, options);
      return true;
    } catch (error) {
      if (error instanceof ProgramError && error.code !== undefined) return false;
      if (run >= MOST_RUNS) throw error;
    }
  }
}
