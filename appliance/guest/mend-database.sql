-- Runs in each database, while no other session exists. Variable escaped: a user may have been superuser, so that
-- this undoes what is known to keep such rights. It cannot undo everything:
-- docs/decisions/0003-operating-system-roles.md.
SET cornac.told = '';
\if :escaped
  SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname) FROM pg_event_trigger AS t
  WHERE evtenabled <> 'D' AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_event_trigger'::regclass AND objid = t.oid AND deptype = 'e'
  ) \gexec
\endif
-- An object of a role that is marked as a superuser would run with a superuser's rights. Cornac makes nothing in
-- a user's database. An object of rdsadmin came with PostgreSQL, with an extension, or from a user who was
-- superuser.
SELECT format('ALTER %s OWNER TO rds_superuser', what) FROM (
  SELECT 'ROUTINE ' || oid::regprocedure, proowner, oid, 'pg_proc'::regclass FROM pg_proc
  UNION ALL
  SELECT CASE relkind WHEN 'c' THEN 'TYPE ' ELSE 'TABLE ' END || oid::regclass, relowner, oid, 'pg_class'::regclass
  FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')
  )
  UNION ALL
  SELECT 'SCHEMA ' || oid::regnamespace, nspowner, oid, 'pg_namespace'::regclass FROM pg_namespace
) AS owned (what, owner, id, class)
WHERE id >= 16384 AND owner < 10000 AND owner <> ALL (ARRAY[3373, 3374, 3375, 3377, 4200, 4544, 6171]::oid[])
  AND (owner <> 10 OR :'escaped' = 'on' AND current_database() <> 'rdsadmin')
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = class AND objid = id AND deptype = 'e') \gexec
\if :escaped
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
  -- A function in an extension stays rdsadmin's, because the extension's own scripts would call whatever its
  -- owner replaced it by. From now on it runs with its caller's rights. No user writes through views and rules,
  -- which act as their owner.
  SELECT coalesce(json_agg(concat('disarmed ', proname, ' in ', current_database())), '[]') AS disarmed
  FROM pg_proc WHERE oid >= 16384 AND proowner < 10000 AND prosecdef \gset
  SELECT format('ALTER ROUTINE %s SECURITY INVOKER', oid::regprocedure)
  FROM pg_proc WHERE oid >= 16384 AND proowner < 10000 AND prosecdef \gexec
  UPDATE pg_attribute SET attacl = NULL FROM pg_class AS c
  WHERE attrelid = c.oid AND attacl IS NOT NULL AND c.oid >= 16384 AND relowner < 10000 AND (relkind = 'v' OR relhasrules);
  UPDATE pg_class SET relacl = (
    SELECT array_agg(makeaclitem(grantee, grantor, privilege_type, is_grantable)) FROM aclexplode(relacl)
    WHERE grantee = relowner OR privilege_type NOT IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
  ) WHERE oid >= 16384 AND relowner < 10000 AND (relkind = 'v' OR relhasrules) AND relacl IS NOT NULL;
  UPDATE pg_language SET lanpltrusted = false WHERE lanname IN ('c', 'internal') AND lanpltrusted;
  SELECT set_config('cornac.told', (
    SELECT (:'disarmed'::jsonb
      || coalesce(jsonb_agg(concat('found ', what, ' in ', current_database())), '[]'))::text FROM (
      SELECT 'language ' || lanname FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('c', 'internal')
      UNION ALL
      SELECT 'extension ' || extname FROM pg_extension WHERE extname IN ('file_fdw', 'adminpack')
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
