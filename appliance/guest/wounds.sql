-- Sets wounds to `whole`, to `unmarked`, or to `escaped`. `unmarked`: roles have to be marked for the first time
-- (see roles.sql), which needs closed doors. `escaped`: a user has, or could have taken, rights that only
-- rdsadmin may have.
WITH forbidden AS (
  SELECT oid, current_setting('server_version_num')::int < 160000 AS by_mark FROM pg_authid
  WHERE oid < 10000 AND oid <> ALL (ARRAY[3373, 3374, 3375, 3377, 4200, 4544, 6171]::oid[])
)
SELECT CASE
  WHEN EXISTS (
    SELECT FROM pg_authid WHERE oid >= 10000 AND (rolsuper OR rolbypassrls OR rolname ~ '^pg_')
      OR oid < 10000 AND oid <> 10 AND (rolname !~ '^pg_' OR rolcanlogin)
  ) OR EXISTS (
    -- Up to PostgreSQL 15 the master user of an older Cornac could grant pg_read_all_data, which is no escape.
    SELECT FROM pg_auth_members JOIN forbidden ON forbidden.oid = roleid WHERE roleid <> 6181 OR NOT by_mark
  ) THEN 'escaped'
  WHEN EXISTS (
    SELECT FROM pg_authid LEFT JOIN forbidden USING (oid)
    WHERE oid < 10000 AND oid <> 10 AND rolsuper <> coalesce(by_mark, false)
  ) OR EXISTS (SELECT FROM pg_auth_members JOIN forbidden ON forbidden.oid = roleid) THEN 'unmarked'
  ELSE 'whole'
END AS wounds \gset
