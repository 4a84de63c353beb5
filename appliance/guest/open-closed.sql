-- Opens databases that take no connections, because mend-database.sql has to run in them. Prints their numbers.
UPDATE pg_database SET datallowconn = true WHERE NOT datallowconn AND datname <> 'template0' AND datconnlimit <> -2
RETURNING oid;
-- Inside the server, because a name may have bytes that are not valid text for psql.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT datname FROM pg_database
    WHERE datdba < 10000 AND datdba <> 10 AND datdba <> ALL (ARRAY[3373, 3374, 3375, 3377, 4200, 4544, 6171]::oid[])
  LOOP
    EXECUTE format('ALTER DATABASE %I OWNER TO rds_superuser', name);
  END LOOP;
END
$$;
