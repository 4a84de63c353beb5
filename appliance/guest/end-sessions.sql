-- Ends all sessions but this one, before close-doors.sql waits for their locks.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'walsender') \g /dev/null
