import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The locale of RDS's databases. */
export const LOCALE_OF_RDS = 'en_US.UTF-8';

/** Whether this computer has the locale of RDS. Asked each time, because set-up may make it while Cornac runs. */
export async function hasLocaleOfRds(): Promise<boolean> {
  const { stdout } = await exec('locale', ['-a']).catch(() => ({ stdout: '' }));
  return /^en_US\.utf-?8$/im.test(stdout);
}
