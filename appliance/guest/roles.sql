-- May be run again, and must be after a major upgrade. An empty line ends a statement in single-user mode.
DO $roles$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['rds_superuser', 'rds_replication', 'rds_password', 'rds_iam', 'rdstopmgr'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
    -- Worth nothing without CONNECT; but a role that is in an access list cannot be dropped.
    EXECUTE format('GRANT TEMPORARY ON DATABASE rdsadmin TO %I', name);
  END LOOP;
  FOR name IN
    SELECT rolname FROM pg_roles
    WHERE rolname IN ('pg_monitor', 'pg_signal_backend', 'pg_checkpoint', 'rds_replication', 'rds_password')
  LOOP
    EXECUTE format('GRANT %I TO rds_superuser WITH ADMIN OPTION', name);
  END LOOP;
  -- Up to PostgreSQL 15 CREATEROLE is enough to grant oneself any role that is not a superuser, and with these three
  -- comes the operating system. As superusers on paper (none can log in) only a superuser may grant them.
  IF current_setting('server_version_num')::int < 160000 THEN
    UPDATE pg_authid SET rolsuper = true
    WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files');
  END IF;
END
$roles$;

