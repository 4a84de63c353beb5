-- Prepared transactions of this database that hold locks on roles or their settings.
SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts AS x
WHERE database = current_database() AND EXISTS (
  SELECT FROM pg_locks WHERE pid IS NULL AND split_part(virtualtransaction, '/', 2) = x.transaction::text
    AND locktype = 'relation' AND relation IN (1260, 1261, 2964)
) \gexec
\echo note: rolled a prepared transaction back
