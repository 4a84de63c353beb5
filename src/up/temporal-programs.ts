import { findProgram } from '../supervisor/programs.ts';
import { UpError } from './up-error.ts';

/** The version that scripts/setup puts into the cache. The names contain it, so that no other version runs. */
const TEMPORAL_VERSION = '1.29.1';

/**
 * The schema of the server's SQLite database. The server has no migrations for it, so a server with another
 * schema needs a new file. test/up/temporal-server.test.ts fails when a new version makes other tables.
 */
export const TEMPORAL_SCHEMA = '1.29';

/** SHA-256 of the statements that make the schema, one a line. */
export const TEMPORAL_SCHEMA_HASH = '0caeee78a679b636f9a5806adfb48cbf920471c176ff2bcb6f53a102ec6e3cdb';

export const temporalPrograms = {
  server: `temporal-server-${TEMPORAL_VERSION}`,
  ui: 'temporal-ui-2.54.1-2',
} as const;

/**
 * The path of a Temporal program in the cache. PATH is not searched, because it may hold another version.
 * @throws UpError
 */
export function temporalProgram(
  name: keyof typeof temporalPrograms,
  cache: string,
  env: NodeJS.ProcessEnv,
): string {
  const file = temporalPrograms[name];
  const program = findProgram(file, { ...env, PATH: cache });
  if (program !== undefined) return program;
  throw new UpError(`${file} is not in ${cache}.`, 'Run `npm run setup` to install it.');
}
