-- Opens a database that takes no connections, or closes it again. Prints its number where it changed.
-- Variables: oid, open.
UPDATE pg_database SET datallowconn = :open WHERE oid = :oid AND datallowconn <> :open AND datname <> 'template0' RETURNING oid;
