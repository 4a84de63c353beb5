-- Ends all sessions but this one, and waits for their end, because a session keeps a role that it has set
-- although its user is a member no longer. The locks make new sessions and grants of roles wait.
LOCK TABLE pg_authid IN ACCESS EXCLUSIVE MODE;
LOCK TABLE pg_auth_members IN SHARE ROW EXCLUSIVE MODE;
DO $$
BEGIN
  FOR i IN 1 .. 400 LOOP
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'walsender');
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM pg_sleep(0.05);
  END LOOP;
  RAISE 'sessions do not end' USING ERRCODE = '55006';
END
$$;
