-- Databases that take no connections are opened, to be mended like the others, and printed.
UPDATE pg_database SET datallowconn = true WHERE NOT datallowconn AND datname <> 'template0' AND datconnlimit <> -2
RETURNING oid;
SELECT format('ALTER DATABASE %I OWNER TO rds_superuser', datname) FROM pg_database
WHERE datdba < 10000 AND datdba <> 10 AND datdba <> ALL (ARRAY[3373, 3374, 3375, 3377, 4200, 4544, 6171]::oid[]) \gexec
