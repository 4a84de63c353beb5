import { majorOf } from '../engine/engine-version.ts';
import type { ParameterValues } from './set-parameters.ts';

/** UG PostgreSQL.Concepts.General.SSL: from this major on the default group demands TLS of every client. */
const FORCED_SSL_MAJOR = 15;

/**
 * The values in the default group of the version's family, formulas not yet calculated: those of RDS's default groups
 * that mean something here (UG USER_ParamValuesRef). Every other parameter has PostgreSQL's own default. What follows
 * from the class of an instance is a formula here, and nowhere else.
 */
export function defaultParameters(version: string): ParameterValues {
  return {
    // A quarter of the memory, in pages of 8 kB.
    shared_buffers: '{DBInstanceClassMemory/32768}',
    // Half of the memory.
    effective_cache_size: '{DBInstanceClassMemory/16384}',
    max_connections: 'LEAST({DBInstanceClassMemory/9531392},5000)',
    // For as many read replicas as an instance may have, each of which is copied by two connections.
    max_replication_slots: '20',
    max_wal_senders: '20',
    maintenance_work_mem: 'GREATEST({DBInstanceClassMemory*1024/63963136},65536)',
    'rds.accepted_password_auth_method': 'md5+scram',
    'rds.force_ssl': Number(majorOf(version)) >= FORCED_SSL_MAJOR ? '1' : '0',
    'rds.log_retention_period': '4320',
    'rds.logical_replication': '0',
    'rds.restrict_password_commands': '0',
    // UG Appendix.PostgreSQL.CommonDBATasks.Extensions. A machine that lacks a library does without it.
    shared_preload_libraries: 'pg_stat_statements',
  };
}
