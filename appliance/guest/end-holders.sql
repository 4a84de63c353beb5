-- Ends the sessions that block `insist`, and prints their users. Prints the databases of prepared transactions that
-- block it.
WITH waiting AS MATERIALIZED (
  SELECT pg_blocking_pids(pid) AS blockers FROM pg_stat_activity
  WHERE usesysid = 10 AND application_name = 'cornac insists'
), held AS MATERIALIZED (
  SELECT DISTINCT pid, usename FROM waiting, unnest(blockers) AS blocker JOIN pg_stat_activity ON pid = blocker
), prepared AS MATERIALIZED (
  SELECT DISTINCT d.oid FROM pg_prepared_xacts AS x JOIN pg_database AS d ON d.datname = x.database
  WHERE EXISTS (SELECT FROM waiting WHERE 0 = ANY (blockers))
)
SELECT 'note: ended a session of ' || regexp_replace(coalesce(usename, 'nobody'), '[^A-Za-z0-9_.-]', '?', 'g')
FROM held WHERE pg_terminate_backend(pid)
UNION ALL
SELECT 'prepared ' || oid FROM prepared;
