/**
 * 1-63 letters, digits, hyphens; the first is a letter; no hyphen is last or doubled: API_CreateDBInstance.
 */
export function isDBInstanceIdentifier(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text);
}

/** 1-63 letters, digits, underscores; the first is a letter: API_CreateDBInstance, DBName for PostgreSQL. */
export function isDatabaseName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(text);
}

/**
 * Databases that every cluster keeps for itself. `postgres` exists in every cluster as well, but is a valid
 * DBName.
 */
export function isReservedDatabaseName(name: string): boolean {
  return ['template0', 'template1', 'rdsadmin'].includes(name.toLowerCase());
}

/**
 * 1-16 letters, digits, underscores; the first is a letter: API_CreateDBInstance, MasterUsername for
 * PostgreSQL.
 */
export function isMasterUsername(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,15}$/.test(text);
}

/**
 * Names that PostgreSQL or RDS reserve, as far as is known: RDS refuses `admin` and `rdsadmin`
 * (aws-cloudformation/cfn-lint#4425). The list includes every name that the guest refuses: master.sql.
 */
export function isReservedUsername(name: string): boolean {
  return (
    /^(?:pg_|rds_)/i.test(name) ||
    [
      'admin',
      'rdsadmin',
      'rdstopmgr',
      'rdsrepladmin',
      'public',
      'none',
      'user',
      'current_user',
      'session_user',
    ].includes(name.toLowerCase())
  );
}

/**
 * The database of an instance without DBName. It is named after the instance: RDS does not do so, but the
 * walk-through relies on it. Hyphens stay, because PostgreSQL accepts any name in quotes.
 */
export function defaultDatabaseName(identifier: string): string {
  return identifier;
}
