-- Gives REPLICATION to the members of rds_replication that can log in, and takes it, with running replication, from all
-- others, because PostgreSQL looks at this attribute only. A membership with ADMIN OPTION, as rds_superuser has it, does
-- not count: who has REPLICATION can copy the whole cluster. docs/decisions/0020-replication.md
-- The role of read replicas, which Cornac has put into an access list, keeps it: docs/decisions/0024-read-replicas.md
-- The setting cornac.turns: repeats it so often, every two seconds.
DO $replication$
DECLARE
  one record;
BEGIN
  FOR turn IN 1 .. coalesce(current_setting('cornac.turns', true), '1')::int LOOP
    IF turn > 1 THEN
      PERFORM pg_sleep(2);
    END IF;
    FOR one IN
      WITH RECURSIVE given AS (
        SELECT member, roleid, admin_option FROM pg_auth_members AS am
        -- From 16 on who makes a role is its member, and gets nothing by that.
        WHERE (coalesce(to_jsonb(am)->>'inherit_option', 'true') = 'true' OR coalesce(to_jsonb(am)->>'set_option', 'true') = 'true')
      ), inside (id) AS (
        SELECT member FROM given WHERE roleid = to_regrole('rds_replication') AND NOT admin_option
        UNION
        SELECT member FROM inside JOIN given ON roleid = id
      )
      SELECT oid, rolname, wanted FROM pg_authid
        CROSS JOIN LATERAL (SELECT rolcanlogin AND oid IN (SELECT id FROM inside) AS wanted) AS w
      WHERE oid >= 16384 AND rolreplication <> wanted AND NOT (rolname = 'rdsrepladmin' AND EXISTS (
        SELECT FROM pg_database, aclexplode(datacl) WHERE datname = 'rdsadmin' AND grantee = pg_authid.oid))
    LOOP
      -- Another session may hold the role. The next turn tries again.
      BEGIN
        EXECUTE format('ALTER ROLE %I ', one.rolname) || CASE WHEN one.wanted THEN 'REPLICATION' ELSE 'NOREPLICATION' END;
      EXCEPTION WHEN lock_not_available OR undefined_object OR deadlock_detected OR internal_error THEN
        NULL;
      END;
    END LOOP;
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_authid AS a ON a.oid = usesysid
    WHERE backend_type = 'walsender' AND NOT rolreplication AND NOT rolsuper;
    COMMIT;
  END LOOP;
END
$replication$;
