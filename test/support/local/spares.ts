import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the spare clusters that are complete, of the provider `local` with this state directory. */
export function readySpares(stateDir: string): string[] {
  return readdirSync(join(stateDir, 'spares/new')).filter((name) => !/draft|removed/.test(name));
}
