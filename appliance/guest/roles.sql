-- Cornac's roles, and their allowed members. May run again: it writes only what is wrong, so that it needs no lock
-- otherwise. An empty line ends a statement in single-user mode. Why: docs/decisions/0003-operating-system-roles.md.
--
-- The setting cornac.told, a list in JSON, gets a text for each correction. cornac.doors = open: users may be
-- connected, so that no role is marked (see guard). cornac.master: this role gets rds_superuser.
DO $roles$
DECLARE
  version int := current_setting('server_version_num')::int;
  may_mark bool := current_setting('cornac.doors', true) IS DISTINCT FROM 'open';
  -- The predefined roles that every user may have: they read figures, settings and names of files, end sessions
  -- of users who are not superusers, and request a checkpoint. All others give access to files, programs or other
  -- users' data.
  allowed oid[] := ARRAY[3373, 3374, 3375, 3377, 4200, 4544, 6171];
  -- No setting that names a file, a program or a library, or that hides something from an audit.
  settable text[] := ARRAY['session_replication_role', 'deadlock_timeout', 'log_duration', 'log_lock_waits',
    'log_min_duration_statement', 'log_min_error_statement', 'log_statement', 'log_temp_files', 'temp_file_limit',
    'track_activities', 'track_counts', 'track_functions', 'track_io_timing', 'auto_explain.log_analyze',
    'auto_explain.log_buffers', 'auto_explain.log_min_duration', 'auto_explain.log_nested_statements',
    'auto_explain.log_verbose', 'pg_stat_statements.track', 'pg_stat_statements.track_utility'];
  one record;
  name text;
  told text[] := '{}';
BEGIN
  -- 1. Predefined roles have the number and the name of PostgreSQL's source, because the server looks at the
  -- number and people look at the name. Numbers are below 10000; roles made in single-user mode have numbers
  -- below 16384. A role that has taken the number of a predefined role gets another number.
  FOR one IN
    SELECT * FROM (VALUES
      (3373::oid, 'pg_monitor', 100000), (3374, 'pg_read_all_settings', 100000), (3375, 'pg_read_all_stats', 100000),
      (3377, 'pg_stat_scan_tables', 100000), (4200, 'pg_signal_backend', 100000),
      (4569, 'pg_read_server_files', 110000), (4570, 'pg_write_server_files', 110000),
      (4571, 'pg_execute_server_program', 110000), (6181, 'pg_read_all_data', 140000),
      (6182, 'pg_write_all_data', 140000), (6171, 'pg_database_owner', 140000), (4544, 'pg_checkpoint', 150000),
      (4550, 'pg_use_reserved_connections', 160000), (6304, 'pg_create_subscription', 160000),
      (6337, 'pg_maintain', 170000), (6392, 'pg_signal_autovacuum_worker', 180000)
    ) AS known (id, called, since)
    WHERE since <= version AND NOT EXISTS (SELECT FROM pg_authid WHERE oid = id AND rolname = called)
  LOOP
    FOR name IN SELECT rolname FROM pg_authid WHERE oid = one.id LOOP
      UPDATE pg_authid SET oid = (
        SELECT n FROM generate_series(100000, 200000) AS n
        WHERE NOT EXISTS (SELECT FROM pg_authid AS other WHERE other.oid = n::oid) LIMIT 1
      )::oid WHERE oid = one.id;
      told := told || concat('demoted ', name);
    END LOOP;
    -- A role that has taken its name keeps the number, because objects may belong to it.
    UPDATE pg_authid SET rolname = concat('renamed_', oid, '_', left(md5(random()::text), 8)) WHERE rolname = one.called;
    INSERT INTO pg_authid (oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
      rolbypassrls, rolconnlimit)
    VALUES (one.id, one.called, false, true, false, false, false, false, false, -1);
  END LOOP;
  FOR one IN
    SELECT oid, rolname FROM pg_authid
    WHERE oid <> 10 AND (oid < 10000) <> (rolname ~ '^pg_')
  LOOP
    UPDATE pg_authid SET
      rolname = CASE WHEN rolname ~ '^pg_' THEN concat('renamed_', oid, '_', left(md5(random()::text), 8)) ELSE rolname END,
      oid = CASE WHEN oid >= 10000 THEN oid ELSE (
        SELECT n FROM generate_series(100000, 200000) AS n
        WHERE NOT EXISTS (SELECT FROM pg_authid AS other WHERE other.oid = n::oid) LIMIT 1
      )::oid END
    WHERE oid = one.oid;
    told := told || concat('demoted ', one.rolname);
  END LOOP;
  -- 2. The only superuser is rdsadmin, which initdb made. About REPLICATION: replication.sql.
  FOR one IN
    SELECT oid, rolname FROM pg_authid WHERE oid >= 10000 AND (rolsuper OR rolbypassrls)
  LOOP
    UPDATE pg_authid SET rolsuper = false, rolbypassrls = false WHERE oid = one.oid;
    told := told || concat('demoted ', one.rolname);
  END LOOP;
  UPDATE pg_authid SET rolcanlogin = false, rolcreaterole = false, rolcreatedb = false, rolreplication = false,
    rolbypassrls = false, rolpassword = NULL
  WHERE oid < 10000 AND oid <> 10
    AND (rolcanlogin OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolpassword IS NOT NULL);
  -- 3. No role is a member of rdsadmin or of a predefined role that is not allowed.
  DELETE FROM pg_auth_members AS m WHERE NOT EXISTS (SELECT FROM pg_authid WHERE oid = m.roleid)
    OR NOT EXISTS (SELECT FROM pg_authid WHERE oid = m.member);
  FOR one IN
    SELECT r.rolname AS role, u.rolname AS member, g.rolname AS grantor
    FROM pg_auth_members AS m JOIN pg_authid AS r ON r.oid = m.roleid JOIN pg_authid AS u ON u.oid = m.member
      LEFT JOIN pg_authid AS g ON g.oid = m.grantor
    WHERE m.roleid < 10000 AND m.roleid <> ALL (allowed)
  LOOP
    EXECUTE format('REVOKE %I FROM %I', one.role, one.member)
      || CASE WHEN version < 160000 THEN '' ELSE format(' GRANTED BY %I CASCADE', one.grantor) END;
    told := told || concat('revoked ', one.role, ' from ', one.member);
  END LOOP;
  -- 4. Up to PostgreSQL 15 a user with CREATEROLE can grant itself any role that is not a superuser. So the
  -- forbidden roles, which cannot log in, are marked as superusers, because only a superuser may grant these.
  -- From 16 on a grant needs ADMIN OPTION, which no user has.
  IF may_mark THEN
    UPDATE pg_authid SET rolsuper = (version < 160000 AND oid <> ALL (allowed))
    WHERE oid < 10000 AND oid <> 10 AND rolsuper <> (version < 160000 AND oid <> ALL (allowed));
  END IF;
  -- 5. The roles of RDS.
  FOREACH name IN ARRAY ARRAY['rds_superuser', 'rds_replication', 'rds_password', 'rds_iam', 'rdstopmgr'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
    -- The privilege has no effect without CONNECT, but a role that is in an access list cannot be dropped.
    IF NOT EXISTS (
      SELECT FROM pg_database, aclexplode(datacl)
      WHERE datname = 'rdsadmin' AND grantee = (SELECT oid FROM pg_roles WHERE rolname = name)
    ) THEN
      EXECUTE format('GRANT TEMPORARY ON DATABASE rdsadmin TO %I', name);
    END IF;
  END LOOP;
  FOR one IN
    SELECT role.oid AS role_id, role.rolname AS role, member.oid AS member_id, member.rolname AS member
    FROM (VALUES ('pg_monitor', 'rds_superuser'), ('pg_signal_backend', 'rds_superuser'),
      ('pg_checkpoint', 'rds_superuser'), ('rds_replication', 'rds_superuser'), ('rds_password', 'rds_superuser'),
      -- From 16 on a grant needs ADMIN OPTION.
      (CASE WHEN version >= 160000 THEN 'rds_iam' END, 'rds_superuser'),
      ('rds_superuser', current_setting('cornac.master', true))) AS wanted (r, m)
      JOIN pg_roles AS role ON role.rolname = r JOIN pg_roles AS member ON member.rolname = m
    WHERE NOT EXISTS (
      SELECT FROM pg_auth_members AS am
      WHERE am.roleid = role.oid AND am.member = member.oid AND am.admin_option AND (version < 160000 OR am.grantor = 10)
        AND to_jsonb(am)->>'inherit_option' IS DISTINCT FROM 'false'
        AND to_jsonb(am)->>'set_option' IS DISTINCT FROM 'false'
    )
  LOOP
    -- PostgreSQL refuses circular memberships, so that a grant in the opposite direction is revoked first.
    FOR name IN
      WITH RECURSIVE above (direct, id) AS (
        SELECT roleid, roleid FROM pg_auth_members WHERE member = one.role_id
        UNION
        SELECT direct, roleid FROM above JOIN pg_auth_members ON member = id
      )
      SELECT DISTINCT format('REVOKE %I FROM %I', r.rolname, one.role)
        || CASE WHEN version < 160000 THEN '' ELSE format(' GRANTED BY %I CASCADE', g.rolname) END
      FROM above JOIN pg_auth_members AS m ON m.roleid = direct AND m.member = one.role_id
        JOIN pg_roles AS r ON r.oid = direct LEFT JOIN pg_roles AS g ON g.oid = m.grantor
      WHERE id = one.member_id
    LOOP
      EXECUTE name;
    END LOOP;
    EXECUTE format('GRANT %I TO %I WITH ADMIN OPTION', one.role, one.member)
      || CASE WHEN version < 160000 THEN '' ELSE ', INHERIT TRUE, SET TRUE' END;
  END LOOP;
  -- 6. Only rdsadmin connects to its database, and only the command line gives its settings.
  FOR one IN
    SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) AS entry
    WHERE datname = 'rdsadmin' AND grantee <> 10 AND (privilege_type <> 'TEMPORARY' OR NOT EXISTS (
      SELECT FROM pg_roles WHERE oid = grantee
        AND rolname IN ('rds_superuser', 'rds_replication', 'rds_password', 'rds_iam', 'rdstopmgr', 'rdsrepladmin')
    ))
  LOOP
    EXECUTE 'REVOKE ALL ON DATABASE rdsadmin FROM ' || one.grantee;
  END LOOP;
  IF EXISTS (SELECT FROM pg_database WHERE datname = 'rdsadmin' AND (datdba <> 10 OR datistemplate)) THEN
    ALTER DATABASE rdsadmin OWNER TO rdsadmin;
    ALTER DATABASE rdsadmin IS_TEMPLATE false;
    told := told || concat('took rdsadmin back');
  END IF;
  DELETE FROM pg_db_role_setting
  WHERE setrole = 10 OR setdatabase = (SELECT oid FROM pg_database WHERE datname = 'rdsadmin');
  -- 7. From PostgreSQL 15 on a superuser can grant the right to set a superuser's settings. Members of rds_superuser
  -- set, and grant, those that RDS lets them set. Other such grants are revoked.
  IF version >= 150000 THEN
    FOR one IN EXECUTE
      'SELECT DISTINCT parname, grantee, parname = ANY ($1) AND privilege_type = ''SET'' AS kept
       FROM pg_parameter_acl, aclexplode(paracl) WHERE grantee <> 10' USING settable
    LOOP
      CONTINUE WHEN one.kept;
      EXECUTE format('REVOKE ALL ON PARAMETER %I FROM ', one.parname)
        || CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one.grantee)) END || ' CASCADE';
      told := told || concat('revoked setting ', one.parname);
    END LOOP;
    FOR name IN EXECUTE
      'SELECT wanted FROM unnest($1) AS wanted WHERE NOT EXISTS (
         SELECT FROM pg_parameter_acl, aclexplode(paracl)
         WHERE parname = wanted AND grantee = to_regrole(''rds_superuser'') AND privilege_type = ''SET'' AND is_grantable
       )' USING settable
    LOOP
      EXECUTE format('GRANT SET ON PARAMETER %I TO rds_superuser WITH GRANT OPTION', name);
    END LOOP;
  END IF;
  PERFORM set_config('cornac.told',
    (coalesce(nullif(current_setting('cornac.told', true), ''), '[]')::jsonb || to_jsonb(told))::text, false);
END
$roles$;

