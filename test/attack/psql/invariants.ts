import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import type { Watcher } from './watcher.ts';

export const CANARY = 'canary-that-only-files-can-tell';

/** Predefined roles that the master user may have. Every other predefined role is a way out. */
export const ALLOWED = [
  'pg_monitor',
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
  'pg_signal_backend',
  'pg_checkpoint',
  'pg_database_owner',
];

const allowed = ALLOWED.map((name) => `'${name}'`).join();

/**
 * The facts that no attempt may change, as rdsadmin sees them: one line each. A session without a state has begun just now:
 * it has run nothing, and PostgreSQL shows its name a moment later.
 */
const FACTS = `
  SELECT 'superuser ' || rolname FROM pg_authid
    WHERE rolname !~ '^pg_' AND (rolsuper OR rolreplication OR rolbypassrls);
  SELECT 'predefined ' || oid || ' ' || rolname || ' ' || rolsuper || rolcanlogin || rolcreaterole || rolcreatedb
    FROM pg_authid WHERE oid < 10000 ORDER BY oid;
  SELECT 'number ' || rolname FROM pg_authid WHERE (oid < 10000) <> (rolname ~ '^pg_' OR rolname = 'rdsadmin');
  SELECT 'member of ' || roleid::regrole || ' is ' || member::regrole FROM pg_auth_members
    WHERE roleid < 10000 AND roleid::regrole::text NOT IN (${allowed});
  SELECT 'database ' || datname || ' ' || datdba::regrole || ' ' || datistemplate || ' ' || ARRAY(SELECT entry::text FROM unnest(datacl) AS entry ORDER BY 1)::text
    FROM pg_database WHERE datname IN ('rdsadmin', 'template0') ORDER BY datname;
  SELECT 'settings of ' || setrole || ' ' || setdatabase FROM pg_db_role_setting
    WHERE setrole IN (0, 10) AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = 'rdsadmin'));
  SELECT 'tablespace ' || spcname FROM pg_tablespace ORDER BY oid;
  SELECT 'slot ' || slot_name FROM pg_replication_slots;
  SELECT 'subscription ' || subname FROM pg_subscription;
  SELECT concat_ws(' ', 'session', usename, pid, backend_start, application_name, client_addr, state, query) FROM pg_stat_activity WHERE usesysid = 10 AND backend_type = 'client backend'
    AND pid <> pg_backend_pid() AND application_name !~ '^cornac' AND state IS NOT NULL;`;

/** Canaries in a directory of the machine's user, reachable only by file functions and programs. */
export async function plantCanaries(
  directory: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
) {
  mkdirSync(directory, { mode: 0o755 });
  const secret = join(directory, 'secret');
  const program = join(directory, 'run');
  writeFileSync(secret, `${CANARY}\n`);
  writeFileSync(program, `#!/bin/sh\necho ran >'${directory}/ran'\n`);
  await chmod(program, 0o755);
  if (process.getuid?.() === 0) for (const path of [directory, secret, program]) await chown(path, uid, gid);
  return { directory, secret, program };
}

export type Canaries = Awaited<ReturnType<typeof plantCanaries>>;

/** Compares the present facts with the facts at the call of this function. */
export async function createInvariants(watcher: Watcher, { directory, secret }: Canaries, pgdata: string) {
  const look = async (by: Watcher) => [
    ...(await by.query(FACTS)),
    `canary files ${readdirSync(directory).sort()} ${existsSync(secret) && readFileSync(secret, 'utf8')}`,
    `ALTER SYSTEM ${readFileSync(join(pgdata, 'postgresql.auto.conf'), 'utf8')}`,
  ];
  const before = await look(watcher);
  let last = before;
  const differences = (now: readonly string[]): string[] => [
    ...now.filter((fact) => !before.includes(fact)),
    ...before.filter((fact) => !now.includes(fact)).map((fact) => `no more: ${fact}`),
  ];
  return {
    /**
     * Facts that appeared or disappeared since the previous call, so that each attempt accounts only for its
     * own effects.
     */
    async broken(by: Watcher): Promise<string[]> {
      const [known, now] = [differences(last), await look(by)];
      last = now;
      return differences(now).filter((fact) => !known.includes(fact));
    },
  };
}

export type Invariants = Awaited<ReturnType<typeof createInvariants>>;
