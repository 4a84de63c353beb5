import type { NewDefinition } from './definition.ts';

/**
 * The libraries that users may load into a server with shared_preload_libraries. A library runs with the rights of
 * the server, so only those are listed that give users nothing that they may not do
 * (docs/decisions/0019-extensions.md). A library that a machine lacks is refused before the server stops:
 * `appliance/guest/configure`.
 */
export const preloadLibraries = ['auto_explain', 'pg_prewarm', 'pg_stat_statements', 'pgaudit'] as const;

const LEVELS = ['debug5', 'debug4', 'debug3', 'debug2', 'debug1', 'info', 'notice', 'warning', 'log'];

function flag(name: string, description: string, isStatic = false): NewDefinition {
  return { name, dataType: 'boolean', isStatic, description };
}

function number(
  name: string,
  min: number,
  max: number,
  description: string,
  isStatic = false,
): NewDefinition {
  return { name, dataType: 'integer', isStatic, description, min: String(min), max: String(max) };
}

function choice(name: string, values: readonly string[], description: string): NewDefinition {
  return { name, dataType: 'string', isStatic: false, description, values };
}

const MAX_INT = 2_147_483_647;

/**
 * The parameters of the libraries. PostgreSQL lists them only while a library is loaded, and keeps their values
 * without a meaning otherwise.
 */
export const libraryParameters: readonly NewDefinition[] = [
  flag('auto_explain.log_analyze', 'Use EXPLAIN ANALYZE for plan logging.'),
  flag('auto_explain.log_buffers', 'Log buffers usage.'),
  choice(
    'auto_explain.log_format',
    ['text', 'xml', 'json', 'yaml'],
    'EXPLAIN format to be used for plan logging.',
  ),
  number(
    'auto_explain.log_min_duration',
    -1,
    MAX_INT,
    '(ms) Sets the minimum execution time above which plans will be logged.',
  ),
  flag('auto_explain.log_nested_statements', 'Log nested statements.'),
  flag('auto_explain.log_timing', 'Collect timing data, not just row counts.'),
  flag('auto_explain.log_triggers', 'Include trigger statistics in plans.'),
  flag('auto_explain.log_verbose', 'Use EXPLAIN VERBOSE for plan logging.'),
  {
    name: 'auto_explain.sample_rate',
    dataType: 'float',
    isStatic: false,
    description: 'Fraction of queries to process.',
    min: '0',
    max: '1',
  },
  flag('pg_prewarm.autoprewarm', 'Starts the autoprewarm worker.', true),
  number(
    'pg_prewarm.autoprewarm_interval',
    0,
    2_147_483,
    '(s) Sets the interval between dumps of shared buffers.',
  ),
  number(
    'pg_stat_statements.max',
    100,
    MAX_INT,
    'Sets the maximum number of statements tracked by pg_stat_statements.',
    true,
  ),
  flag('pg_stat_statements.save', 'Save pg_stat_statements statistics across server shutdowns.'),
  choice(
    'pg_stat_statements.track',
    ['none', 'top', 'all'],
    'Selects which statements are tracked by pg_stat_statements.',
  ),
  flag(
    'pg_stat_statements.track_planning',
    'Selects whether planning duration is tracked by pg_stat_statements.',
  ),
  flag(
    'pg_stat_statements.track_utility',
    'Selects whether utility commands are tracked by pg_stat_statements.',
  ),
  {
    name: 'pgaudit.log',
    dataType: 'list',
    isStatic: false,
    description: 'Specifies which classes of statements will be logged by session audit logging.',
    values: [
      'ddl',
      'function',
      'misc',
      'misc_set',
      'read',
      'role',
      'write',
      'none',
      'all',
      '-ddl',
      '-function',
    ].concat(['-misc', '-misc_set', '-read', '-role', '-write']),
  },
  flag(
    'pgaudit.log_catalog',
    'Specifies that session logging should be enabled for statements on pg_catalog.',
  ),
  choice('pgaudit.log_level', LEVELS, 'Specifies the log level that will be used for log entries.'),
  flag(
    'pgaudit.log_parameter',
    'Specifies that audit logging should include the parameters of the statement.',
  ),
  flag('pgaudit.log_relation', 'Specifies whether session audit logging has an entry for each relation.'),
  flag('pgaudit.log_statement_once', 'Specifies whether statement text is in the first entry only.'),
  {
    name: 'pgaudit.role',
    dataType: 'string',
    isStatic: false,
    description: 'Specifies the master role to use for object audit logging.',
  },
];
