-- Runs as rdsadmin after CREATE and ALTER EXTENSION: gives rds_superuser what RDS gives it. No TRIGGER, because a
-- script of rdsadmin would run the trigger. These grants count as the extension's own, so that pg_dump leaves them
-- out: a user who restores a dump makes the extension and could not give them.
SET LOCAL search_path = pg_catalog, pg_temp;
DO $grants$
DECLARE
  one record;
BEGIN
  FOR one IN
    WITH member AS (
      SELECT extname, classid, objid FROM pg_depend JOIN pg_extension AS e ON e.oid = refobjid
      WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND extowner = 10
    )
    SELECT 'USAGE' AS privilege, format('FOREIGN DATA WRAPPER %I', fdwname) AS object, classid, objid
    FROM member JOIN pg_foreign_data_wrapper AS f ON objid = f.oid
    WHERE classid = 'pg_foreign_data_wrapper'::regclass AND fdwowner = 10 AND extname IN ('dblink', 'postgres_fdw')
    UNION ALL
    SELECT 'EXECUTE', format('ROUTINE %s', objid::regprocedure), classid, objid
    FROM member JOIN pg_proc AS p ON objid = p.oid
    WHERE classid = 'pg_proc'::regclass AND proowner = 10
      AND (extname = 'pg_stat_statements' AND proname = 'pg_stat_statements_reset' OR extname = 'amcheck')
    UNION ALL
    SELECT 'USAGE', format('SCHEMA %I', nspname), classid, objid FROM member JOIN pg_namespace AS n ON objid = n.oid
    WHERE classid = 'pg_namespace'::regclass AND nspowner = 10
    UNION ALL
    SELECT 'SELECT, INSERT, UPDATE, DELETE', format('TABLE %s', objid::regclass), classid, objid
    FROM member JOIN pg_class AS c ON objid = c.oid
    WHERE classid = 'pg_class'::regclass AND relowner = 10 AND relkind IN ('r', 'p')
      AND extname IN ('pg_partman', 'postgis', 'postgis_tiger_geocoder', 'postgis_topology')
  LOOP
    EXECUTE format('GRANT %s ON %s TO rds_superuser WITH GRANT OPTION', one.privilege, one.object);
    DELETE FROM pg_init_privs WHERE objoid = one.objid AND classoid = one.classid AND objsubid = 0;
    -- Users' grants have another grantor.
    INSERT INTO pg_init_privs (objoid, classoid, objsubid, privtype, initprivs)
    SELECT one.objid, one.classid, 0, 'e', array_agg(entry)
    FROM (
      SELECT fdwacl FROM pg_foreign_data_wrapper WHERE oid = one.objid AND one.classid = 'pg_foreign_data_wrapper'::regclass
      UNION ALL SELECT proacl FROM pg_proc WHERE oid = one.objid AND one.classid = 'pg_proc'::regclass
      UNION ALL SELECT nspacl FROM pg_namespace WHERE oid = one.objid AND one.classid = 'pg_namespace'::regclass
      UNION ALL SELECT relacl FROM pg_class WHERE oid = one.objid AND one.classid = 'pg_class'::regclass
    ) AS now (acl), unnest(acl) AS entry
    WHERE (SELECT bool_and(grantor = 10) FROM aclexplode(ARRAY[entry]))
    HAVING count(*) > 0;
  END LOOP;
END
$grants$;
