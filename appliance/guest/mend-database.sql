-- In each database, while nobody else is connected. Variable escaped: somebody may have been superuser, so this undoes
-- what is known to keep such rights. It cannot undo everything: docs/decisions/0003-operating-system-roles.md.
SET cornac.told = '';
\if :escaped
  SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname) FROM pg_event_trigger AS t
  WHERE evtenabled <> 'D' AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_event_trigger'::regclass AND objid = t.oid AND deptype = 'e'
  ) \gexec
\endif
-- These roles are marked as superusers, and what belongs to them would work as such.
SELECT format('REASSIGN OWNED BY %I TO rds_superuser', rolname) FROM pg_roles
WHERE oid < 16384 AND oid <> 10 AND EXISTS (
  SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = pg_roles.oid AND deptype = 'o'
    AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
) \gexec
\if :escaped
  -- Cornac makes nothing in a user's database, so what belongs to rdsadmin came with PostgreSQL, with an extension, or from
  -- somebody else.
  SELECT format('ALTER ROUTINE %s OWNER TO rds_superuser', p.oid::regprocedure) FROM pg_proc AS p
  WHERE proowner = 10 AND oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
  ) AND current_database() <> 'rdsadmin' \gexec
  SELECT format('ALTER TABLE %s OWNER TO rds_superuser', c.oid::regclass) FROM pg_class AS c
  WHERE relowner = 10 AND oid >= 16384 AND relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
  ) AND current_database() <> 'rdsadmin' \gexec
  UPDATE pg_proc AS p SET proacl = (
    SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_proc'::regclass AND objoid = p.oid AND objsubid = 0
  ) WHERE oid < 16384 AND proacl IS DISTINCT FROM (
    SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_proc'::regclass AND objoid = p.oid AND objsubid = 0
  );
  UPDATE pg_class AS c SET relacl = (
    SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_class'::regclass AND objoid = c.oid AND objsubid = 0
  ) WHERE oid < 16384 AND relacl IS DISTINCT FROM (
    SELECT initprivs FROM pg_init_privs WHERE classoid = 'pg_class'::regclass AND objoid = c.oid AND objsubid = 0
  );
  UPDATE pg_language SET lanpltrusted = false WHERE lanname IN ('c', 'internal') AND lanpltrusted;
  SELECT set_config('cornac.told', (
    SELECT coalesce(json_agg(concat('found ', what, ' in ', current_database())), '[]')::text FROM (
      SELECT 'language ' || lanname FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('c', 'internal')
      UNION ALL
      SELECT 'extension ' || extname FROM pg_extension WHERE extname IN ('file_fdw', 'dblink', 'adminpack')
      UNION ALL
      SELECT 'event trigger ' || evtname FROM pg_event_trigger AS t WHERE evtenabled = 'D'
      UNION ALL
      SELECT 'C function ' || proname FROM pg_proc AS p JOIN pg_language AS l ON l.oid = prolang
      WHERE lanname IN ('c', 'internal') AND p.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
      )
    ) AS found (what)
  ), false) \g /dev/null
\endif
