-- The role as which read replicas connect, and the slot of one of them. The role has no password and no other right, and pg_hba.conf
-- lets nobody but replicas use it. Variables: slot; anew: `new` replaces a slot that has lost its log.
SELECT pg_is_in_recovery() AS is_replica \gset
\if :is_replica
\else
  BEGIN;
  SELECT count(*) = 0 AS missing,
    count(*) = 0 OR bool_or(rolpassword IS NOT NULL OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls
      OR NOT rolcanlogin OR NOT rolreplication OR rolconnlimit <> -1 OR rolvaliduntil < 'infinity'
      OR NOT EXISTS (SELECT FROM pg_database, aclexplode(datacl) WHERE datname = 'rdsadmin' AND grantee = pg_authid.oid)) AS wrong
  FROM pg_authid WHERE rolname = 'rdsrepladmin' \gset
  \if :missing
    CREATE ROLE rdsrepladmin;
  \endif
  \if :wrong
    ALTER ROLE rdsrepladmin LOGIN REPLICATION NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS CONNECTION LIMIT -1
      PASSWORD NULL VALID UNTIL 'infinity';
    -- A role that is in an access list cannot be dropped. Without CONNECT the privilege has no effect. By it replication.sql knows
    -- the role as Cornac's.
    GRANT TEMPORARY ON DATABASE rdsadmin TO rdsrepladmin;
  \endif
  COMMIT;
\endif
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name = :'slot' AND wal_status = 'lost' AND :'anew' = 'new' \g /dev/null
SELECT pg_create_physical_replication_slot(:'slot', true)
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = :'slot') \g /dev/null
