-- Runs as rdsadmin after CREATE and ALTER EXTENSION: gives rds_superuser what RDS gives it. No TRIGGER, because a
-- script of rdsadmin would run the trigger.
SET LOCAL search_path = pg_catalog, pg_temp;
DO $grants$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    WITH member AS (
      SELECT extname, classid, objid FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid
      WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extowner = 10
    ), given (privilege, object) AS (
      SELECT 'USAGE', format('FOREIGN DATA WRAPPER %I', fdwname)
      FROM member JOIN pg_foreign_data_wrapper AS f ON objid = f.oid
      WHERE classid = 'pg_foreign_data_wrapper'::regclass AND fdwowner = 10 AND extname IN ('dblink', 'postgres_fdw')
      UNION ALL
      SELECT 'EXECUTE', format('ROUTINE %s', objid::regprocedure) FROM member JOIN pg_proc AS p ON objid = p.oid
      WHERE classid = 'pg_proc'::regclass AND proowner = 10
        AND (extname = 'pg_stat_statements' AND proname = 'pg_stat_statements_reset' OR extname = 'amcheck')
      UNION ALL
      SELECT 'USAGE', format('SCHEMA %I', nspname) FROM member JOIN pg_namespace AS n ON objid = n.oid
      WHERE classid = 'pg_namespace'::regclass AND nspowner = 10
      UNION ALL
      SELECT 'SELECT, INSERT, UPDATE, DELETE', format('TABLE %s', objid::regclass)
      FROM member JOIN pg_class AS c ON objid = c.oid
      WHERE classid = 'pg_class'::regclass AND relowner = 10 AND relkind IN ('r', 'p')
        AND extname IN ('pg_partman', 'postgis', 'postgis_tiger_geocoder', 'postgis_topology')
    )
    SELECT format('GRANT %s ON %s TO rds_superuser WITH GRANT OPTION', privilege, object) FROM given
  LOOP
    EXECUTE statement;
  END LOOP;
END
$grants$;
