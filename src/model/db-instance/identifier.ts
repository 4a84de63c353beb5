/** 1-63 letters, digits, hyphens, first a letter, no hyphen last or doubled: API_CreateDBInstance. */
export function isDBInstanceIdentifier(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text);
}

/** 1-63 letters, digits, underscores, first a letter: API_CreateDBInstance, DBName for PostgreSQL. */
export function isDatabaseName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(text);
}

/** Databases that every cluster has for itself; `postgres` is there, too, and may be asked for. */
export function isReservedDatabaseName(name: string): boolean {
  return ['template0', 'template1', 'rdsadmin'].includes(name.toLowerCase());
}

/** 1-16 letters, digits, underscores, first a letter: API_CreateDBInstance, MasterUsername for PostgreSQL. */
export function isMasterUsername(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,15}$/.test(text);
}

/**
 * Names that PostgreSQL or RDS keep for themselves, as far as is known: RDS refuses `admin` and `rdsadmin`
 * (aws-cloudformation/cfn-lint#4425). Those that the guest refuses are among them: master.sql.
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
 * The database that an instance gets when DBName is not given: it is named after the instance, which RDS does not do
 * but the walk-through relies on. Hyphens stay, PostgreSQL takes any name in quotes.
 */
export function defaultDatabaseName(identifier: string): string {
  return identifier;
}
