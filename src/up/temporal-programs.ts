import { findProgram } from '../supervisor/programs.ts';
import { UpError } from './up-error.ts';

/** What scripts/setup puts into the cache: the version is in a program's name, so that no other one is taken for it. */
const TEMPORAL_VERSION = '1.29.1';

/**
 * The schema of the server's SQLite database. The server has no migrations for it, so one with another schema needs a
 * file of its own: test/up/temporal-server.test.ts fails when a new version makes other tables.
 */
export const TEMPORAL_SCHEMA = '1.29';

/** SHA-256 of the statements that make it, a line each. */
export const TEMPORAL_SCHEMA_HASH = '0caeee78a679b636f9a5806adfb48cbf920471c176ff2bcb6f53a102ec6e3cdb';

export const temporalPrograms = {
  server: `temporal-server-${TEMPORAL_VERSION}`,
  ui: 'temporal-ui-2.54.1-2',
} as const;

/** A program of Temporal's. Never one that merely is on PATH: it may be of another version. @throws UpError */
export function temporalProgram(
  name: keyof typeof temporalPrograms,
  cache: string,
  env: NodeJS.ProcessEnv,
): string {
  const file = temporalPrograms[name];
  const program = findProgram(file, { ...env, PATH: cache });
  if (program !== undefined) return program;
  throw new UpError(`${file} is not in ${cache}.`, '`npm run setup` puts it there.');
}
