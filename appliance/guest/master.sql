-- The master user as RDS makes it. Variables: master, database (may be empty), verifier (may be empty).
BEGIN;
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
ALTER ROLE :"master" LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION VALID UNTIL 'infinity';
SELECT :'verifier' <> '' AS given, :'database' <> '' AS wanted \gset
\if :given
  ALTER ROLE :"master" PASSWORD :'verifier';
\endif
GRANT rds_superuser TO :"master" WITH ADMIN OPTION;
COMMIT;
\if :wanted
  -- With the instance only: later they are the user's, to keep or to drop.
  SELECT format('ALTER DATABASE %I OWNER TO %I', datname, :'master') FROM pg_database
  WHERE datname IN ('postgres', 'template1') \gexec
  SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'master')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\endif
