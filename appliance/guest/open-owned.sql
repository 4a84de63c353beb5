-- Databases that take no connections are opened where something in them belongs to a role that is to be marked.
SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS true', datname) FROM pg_database AS db
WHERE NOT datallowconn AND datconnlimit <> -2 AND datname <> 'template0' AND EXISTS (
  SELECT FROM pg_shdepend WHERE dbid = db.oid AND refclassid = 'pg_authid'::regclass AND refobjid < 16384
    AND refobjid <> 10 AND deptype = 'o'
) \gexec
