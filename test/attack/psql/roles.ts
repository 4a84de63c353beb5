import { ALLOWED } from './invariants.ts';
import { MASTER, type Target } from './target.ts';

/** Ways to become, or to be granted, a forbidden role. */
function waysInto(role: string): string[] {
  return [
    `GRANT ${role} TO ${MASTER}`,
    `GRANT ${role} TO ${MASTER} WITH ADMIN OPTION`,
    `GRANT ${role} TO rds_superuser`,
    `GRANT ${role} TO ${MASTER} GRANTED BY rdsadmin`,
    `GRANT ${role} TO ${MASTER} GRANTED BY rds_superuser`,
    `GRANT ${role} TO ${MASTER} GRANTED BY ${role}`,
    `CREATE ROLE attack_in IN ROLE ${role}`,
    `ALTER GROUP ${role} ADD USER ${MASTER}`,
    `SET ROLE ${role}`,
    `SET SESSION AUTHORIZATION ${role}`,
    `SET LOCAL SESSION AUTHORIZATION ${role}`,
    `ALTER ROLE ${role} LOGIN`,
    `ALTER ROLE ${role} PASSWORD 'mine'`,
    `ALTER ROLE ${role} CREATEROLE`,
    `ALTER ROLE ${role} SET search_path = public`,
    `ALTER ROLE ${role} RENAME TO attack_renamed`,
    `DROP ROLE ${role}`,
    `REASSIGN OWNED BY ${role} TO ${MASTER}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role} GRANT ALL ON TABLES TO ${MASTER}`,
    `CREATE SCHEMA attack_schema AUTHORIZATION ${role}`,
    `ALTER TABLE attack_table OWNER TO ${role}`,
    `ALTER FUNCTION attack_function() OWNER TO ${role}`,
    `CREATE DATABASE attack_database OWNER ${role}`,
    `ALTER DATABASE app OWNER TO ${role}`,
  ];
}

/** Changes that must fail for every predefined role, with any members. */
function waysToChange(role: string): string[] {
  return [
    `ALTER ROLE ${role} LOGIN`,
    `ALTER ROLE ${role} PASSWORD 'mine'`,
    `ALTER ROLE ${role} SET search_path = public`,
    `ALTER ROLE ${role} RENAME TO attack_renamed`,
    `SET SESSION AUTHORIZATION ${role}`,
  ];
}

function harmless(role: string): string[] {
  return [
    `COMMENT ON ROLE ${role} IS 'x'`,
    `SECURITY LABEL ON ROLE ${role} IS 'x'`,
    `CREATE POLICY p ON attack_table TO ${role}`,
    `DROP OWNED BY ${role}`,
    `GRANT ALL ON attack_table TO ${role}`,
    `GRANT ${MASTER} TO ${role}`,
    `REVOKE ${MASTER} FROM ${role}`,
    `CREATE ROLE attack_member ROLE ${role}`,
    'DROP ROLE IF EXISTS attack_member',
  ];
}

/**
 * Tries every predefined role, and rdsadmin, as the master user and as a role that the master user has made.
 */
export async function attackRoles(target: Target): Promise<void> {
  await target.query('CREATE TABLE IF NOT EXISTS attack_table (t text)');
  await target.query(
    `CREATE OR REPLACE FUNCTION attack_function() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
  );
  await target.query(
    "CREATE ROLE attack_helper LOGIN CREATEROLE CREATEDB PASSWORD 'attack-helper' IN ROLE rds_superuser",
  );
  const helper = await target.connect({ user: 'attack_helper', password: 'attack-helper' });
  const roles = await target.rows(`SELECT rolname FROM pg_roles WHERE oid < 10000 ORDER BY oid`);
  for (const { rolname = '' } of roles) {
    if (ALLOWED.includes(rolname)) {
      for (const sql of waysToChange(rolname)) await target.refused(sql);
    } else {
      for (const sql of waysInto(rolname)) await target.refused(sql);
      for (const sql of waysInto(rolname)) {
        await target.refused(sql.replaceAll(MASTER, 'attack_helper'), helper);
      }
    }
    for (const sql of harmless(rolname)) await target.query(sql);
    await target.check(rolname);
  }
  await helper.end();
}
