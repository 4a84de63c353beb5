import assert from 'node:assert/strict';
import type pg from 'pg';

/** Asserts that the user has all rights of RDS's master user, which a reset restores. */
export async function assertIsWhole(client: pg.Client, name: string) {
  const { rows } = await client.query(
    `SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
       rolconnlimit, rolvaliduntil = 'infinity' AS forever, rolconfig
     FROM pg_roles WHERE rolname = current_user`,
  );
  assert.deepEqual(rows, [
    {
      rolname: name,
      rolsuper: false,
      rolinherit: true,
      rolcreaterole: true,
      rolcreatedb: true,
      rolcanlogin: true,
      rolreplication: false,
      rolbypassrls: false,
      rolconnlimit: -1,
      forever: true,
      rolconfig: null,
    },
  ]);
  await client.query('GRANT rds_superuser TO pg_database_owner').catch(() => {});
  await client.query(`CREATE ROLE of_${name} IN ROLE rds_superuser`);
  await client.query('SET ROLE rds_superuser; RESET ROLE; SET ROLE pg_monitor; RESET ROLE');
}

/** Statements by which a master user loses access. MASTER stands for the user, OWN for the user's database. */
export const ways: readonly (readonly [what: string, ...sql: string[]])[] = [
  ['has a connection limit of 0', 'ALTER ROLE MASTER CONNECTION LIMIT 0'],
  ['may not log in', 'ALTER ROLE MASTER NOLOGIN'],
  ['has expired', `ALTER ROLE MASTER VALID UNTIL '2001-01-01'`],
  ['loads a missing library', `ALTER ROLE MASTER SET local_preload_libraries = 'x'`],
  [
    'loads a missing library in its databases',
    `ALTER ROLE MASTER IN DATABASE OWN SET local_preload_libraries = 'x'`,
    `ALTER ROLE MASTER IN DATABASE postgres SET local_preload_libraries = 'x'`,
  ],
  [
    'makes every database load a missing library',
    `ALTER DATABASE OWN SET local_preload_libraries = 'x'`,
    `ALTER DATABASE postgres SET local_preload_libraries = 'x'`,
  ],
  ['has a statement timeout of a millisecond', `ALTER ROLE MASTER SET statement_timeout = 1`],
  ['inherits nothing', 'ALTER ROLE MASTER NOINHERIT NOCREATEDB'],
  ['may make no roles', 'ALTER ROLE MASTER NOCREATEROLE'],
  ['is no longer a member of rds_superuser', 'REVOKE rds_superuser FROM MASTER'],
  [
    'has rds_superuser as a member',
    'CREATE ROLE link_MASTER',
    'REVOKE rds_superuser FROM MASTER',
    'GRANT MASTER TO link_MASTER',
    'GRANT link_MASTER TO rds_superuser',
  ],
  ['has renamed rds_superuser', 'ALTER ROLE rds_superuser RENAME TO was_MASTER'],
  [
    'has closed every database',
    'ALTER DATABASE postgres CONNECTION LIMIT 0',
    'ALTER DATABASE OWN CONNECTION LIMIT 0',
  ],
  [
    'lets no role connect to any database',
    'REVOKE ALL ON DATABASE postgres FROM PUBLIC, MASTER',
    'REVOKE ALL ON DATABASE OWN FROM PUBLIC, MASTER',
  ],
];
