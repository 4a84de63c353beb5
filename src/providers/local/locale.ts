import { execProgram } from '../../system/fork-server.ts';

/** The locale of RDS's databases. */
export const LOCALE_OF_RDS = 'en_US.UTF-8';

let isKnown = false;

/** Whether this computer has the locale of RDS. A no is asked again, because set-up may make it while Cornac runs. */
export async function hasLocaleOfRds(): Promise<boolean> {
  if (isKnown) return true;
  const { stdout } = await execProgram('locale', ['-a']).catch(() => ({ stdout: '' }));
  isKnown = /^en_US\.utf-?8$/im.test(stdout);
  return isKnown;
}
