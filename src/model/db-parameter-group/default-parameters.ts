import { majorOf } from '../engine/engine-version.ts';

/** UG PostgreSQL.Concepts.General.SSL: from this major on the default group demands TLS of every client. */
const FORCED_SSL_MAJOR = 15;

/**
 * The values of `rds.*` parameters in the default group of the version's family. PostgreSQL keeps them without
 * a meaning of its own; scripts of the guest read them.
 */
export function defaultParameters(version: string): Record<string, string> {
  return { 'rds.force_ssl': Number(majorOf(version)) >= FORCED_SSL_MAJOR ? '1' : '0' };
}
