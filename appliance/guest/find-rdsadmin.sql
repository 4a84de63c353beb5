-- Inside the server, because a name may have bytes that are not valid text for psql.
DO $$
DECLARE
  name text := (
    SELECT min(datname) FROM pg_database
    WHERE datdba = 10 AND datname NOT IN ('postgres', 'template0', 'template1') HAVING count(*) = 1
  );
BEGIN
  IF name <> 'rdsadmin' THEN
    EXECUTE format('ALTER DATABASE %I RENAME TO rdsadmin', name);
  END IF;
END
$$;
