import { majorOf } from '../engine/engine-version.ts';

/** UG PostgreSQL.Concepts.General.SSL: from this major on the default group demands TLS of every client. */
const FORCED_SSL_MAJOR = 15;

/**
 * Values in the default group of the version's family. PostgreSQL keeps `rds.*` without a meaning of its own;
 * scripts of the guest read them. A machine that lacks a library of `shared_preload_libraries` does without it.
 */
export function defaultParameters(version: string): Record<string, string> {
  return {
    'rds.force_ssl': Number(majorOf(version)) >= FORCED_SSL_MAJOR ? '1' : '0',
    // UG Appendix.PostgreSQL.CommonDBATasks.Extensions: preloaded by default from PostgreSQL 11 on.
    shared_preload_libraries: 'pg_stat_statements',
  };
}
