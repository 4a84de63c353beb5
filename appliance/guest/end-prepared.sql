-- Prepared transactions of this database that hold locks on roles or their settings.
SELECT format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts AS x
WHERE database = current_database() AND EXISTS (
  SELECT FROM pg_locks AS own JOIN pg_locks AS held USING (virtualtransaction)
  WHERE own.pid IS NULL AND held.pid IS NULL AND own.transactionid = x.transaction
    AND held.relation IN (1260, 1261, 2964)
) \gexec
\echo note: rolled a prepared transaction back
