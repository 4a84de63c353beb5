-- Ends all sessions of a read replica, which had logged in before its door was closed, and drops its slot, after it has ended
-- the process that uses it. Variables: replica, slot.
SELECT pg_terminate_backend(pid) FROM pg_stat_ssl WHERE client_dn = '/CN=replica ' || :'replica' \g /dev/null
SELECT set_config('cornac.slot', :'slot', false) \g /dev/null
DO $$
DECLARE
  slot name := current_setting('cornac.slot');
  user_of int;
BEGIN
  FOR i IN 1 .. 200 LOOP
    SELECT active_pid INTO user_of FROM pg_replication_slots WHERE slot_name = slot;
    IF NOT FOUND THEN RETURN; END IF;
    IF user_of IS NULL THEN
      PERFORM pg_drop_replication_slot(slot);
      RETURN;
    END IF;
    PERFORM pg_terminate_backend(user_of);
    PERFORM pg_sleep(0.05);
  END LOOP;
  RAISE 'the slot is in use' USING ERRCODE = '55006';
END
$$;
