import { join } from 'node:path';
import { saveOptions } from '../config/edit.ts';
import type { UpPlan } from './up-plan.ts';

/**
 * Keeps the ports that the command line gave in the state directory's own cornac.toml, where other commands and the
 * next `up` find them. Another file is a person's, so that the operator is told what other commands need.
 */
export async function keepGiven(
  { given, config: { file, stateDir } }: Pick<UpPlan, 'given' | 'config'>,
  report: (line: string) => void,
): Promise<void> {
  const tell = (why: string) => {
    const variables = Object.entries(given).map(([name, value]) => `CORNAC_${name}=${value}`);
    report(`settings  ${file} ${why}. Give other commands ${variables.join(' ')}`);
  };
  if (Object.keys(given).length === 0) return;
  if (file !== join(stateDir, 'cornac.toml')) return tell('is left as it is');
  // The file moves with its directory.
  const options = { ...given, ...('STATE_DIR' in given && { STATE_DIR: '.' }) };
  await saveOptions(file, options).catch((error: Error) => tell(`cannot be changed (${error.message})`));
}
