-- The master user as RDS makes it. Variables: master, database (may be empty), verifier (may be empty), roles:
-- the path of roles.sql. A new verifier also restores all rights that the user can drop.
SELECT :'verifier' <> '' AS given, :'database' <> '' AS wanted \gset
BEGIN;
\if :locks
  \i :locking
\endif
-- roles.sql removes the rights of other superusers first.
\i :roles
SELECT count(*) = 0 AS missing,
  coalesce(bool_or(rolsuper), false) OR :'master' ~* '^(pg_|rds_)'
    OR lower(:'master') IN ('rdsadmin', 'rdstopmgr', 'rdsrepladmin') AS taken
FROM pg_roles WHERE rolname = :'master' \gset
\if :taken
  DO $$BEGIN RAISE 'this user name is taken'; END$$;
\endif
\if :missing
  CREATE ROLE :"master";
\endif
ALTER ROLE :"master" LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOBYPASSRLS VALID UNTIL 'infinity';
\if :given
  ALTER ROLE :"master" CONNECTION LIMIT -1 PASSWORD :'verifier';
  SELECT set_config('cornac.master', :'master', true) \g /dev/null
  -- Inside the server, because the name of a database may have bytes that are not valid text for psql.
  DO $$
  DECLARE
    master text := current_setting('cornac.master');
    name text;
  BEGIN
    FOR name IN
      SELECT CASE WHEN setdatabase <> 0 THEN format(' IN DATABASE %I', datname) ELSE '' END
      FROM pg_db_role_setting LEFT JOIN pg_database AS d ON d.oid = setdatabase
      WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = master) AND (setdatabase = 0 OR datname IS NOT NULL)
    LOOP
      EXECUTE format('ALTER ROLE %I', master) || name || ' RESET ALL';
    END LOOP;
    -- A missing library ends every session of the database before it begins.
    FOR name IN
      SELECT datname FROM pg_db_role_setting JOIN pg_database AS d ON d.oid = setdatabase
      WHERE setrole = 0 AND array_to_string(setconfig, chr(10)) ~ '(?n)^local_preload_libraries='
    LOOP
      EXECUTE format('ALTER DATABASE %I RESET local_preload_libraries', name);
    END LOOP;
  END
  $$;
\endif
SELECT set_config('cornac.master', :'master', true) \g /dev/null
\i :roles
COMMIT;
\if :wanted
  -- Only when the instance is created. Later the user may keep or drop these databases.
  SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'master') FROM pg_database
  WHERE datname IN ('postgres', 'template1') \gexec
  SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'master')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\endif
\if :given
  -- A user who can connect to no database cannot open one. The first of these is opened: postgres, a database that the
  -- user owns, a new database postgres.
  SELECT NOT EXISTS (
    SELECT FROM pg_database WHERE datallowconn AND NOT datistemplate AND datconnlimit NOT IN (0, -2)
      AND datname <> 'rdsadmin' AND has_database_privilege(:'master', oid, 'CONNECT')
  ) AS stranded \gset
  \if :stranded
    -- The remains of an interrupted DROP DATABASE can only be dropped.
    SELECT 'DROP DATABASE postgres' FROM pg_database WHERE datname = 'postgres' AND datconnlimit = -2 \gexec
    SELECT 'CREATE DATABASE postgres TEMPLATE template0 OWNER ' || quote_ident(:'master') WHERE NOT EXISTS (
      SELECT FROM pg_database
      WHERE datname = 'postgres' OR datdba = (SELECT oid FROM pg_roles WHERE rolname = :'master') AND NOT datistemplate
        AND datconnlimit <> -2
    ) \gexec
    SELECT set_config('cornac.master', :'master', false), set_config('cornac.opened', (
      SELECT oid::text FROM pg_database
      WHERE datname = 'postgres' OR datdba = (SELECT oid FROM pg_roles WHERE rolname = :'master') AND NOT datistemplate
        AND datconnlimit <> -2
      ORDER BY datname <> 'postgres', oid LIMIT 1
    ), false) \g /dev/null
    DO $$
    DECLARE
      opened text := (SELECT datname FROM pg_database WHERE oid = current_setting('cornac.opened')::oid);
    BEGIN
      EXECUTE format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS true CONNECTION LIMIT -1', opened);
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', opened, current_setting('cornac.master'));
      PERFORM set_config('cornac.told', (coalesce(nullif(current_setting('cornac.told', true), ''), '[]')::jsonb
        || to_jsonb('opened the database ' || regexp_replace(opened, '[^ -~]', '?', 'g')))::text, false);
    END
    $$;
  \endif
\endif
\i :told
