import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectories } from '../support/directories.ts';

export const directory = createDirectories('cornac-cli-');

export function state() {
  return { CORNAC_STATE_DIR: directory() };
}
/** The state of a host that has the secret key. */
export function bootstrapped() {
  const env = state();
  writeFileSync(join(env.CORNAC_STATE_DIR, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  return env;
}
