import { invalidParameterValue } from '../errors.ts';

const MAX_IDENTIFIER_LENGTH = 63;

/**
 * 1-63 letters, digits, hyphens; the first is a letter; no hyphen is last or doubled: API_CreateDBInstance.
 */
export function isDBInstanceIdentifier(text: string): boolean {
  return text.length <= MAX_IDENTIFIER_LENGTH && /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text);
}

/**
 * @param name the member of the request, for the message
 * @throws invalidParameterValue in the words of RDS
 */
export function refuseBadIdentifier(name: string, text: string): void {
  if (text.length > MAX_IDENTIFIER_LENGTH) throw identifierTooLong(name, MAX_IDENTIFIER_LENGTH);
  if (!isDBInstanceIdentifier(text)) throw notAnIdentifier(name);
}

/** @param name the member of the request, for the message */
export function notAnIdentifier(name: string) {
  return invalidParameterValue(
    `The parameter ${name} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
      'ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  );
}

export function identifierTooLong(name: string, longest: number) {
  return invalidParameterValue(
    `The parameter ${name} is not a valid identifier because it is longer than ${longest} characters.`,
  );
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
 * 1-63 letters, digits, underscores; the first is a letter: MasterUsername of AWS::RDS::DBInstance for
 * PostgreSQL. The 16 characters of API_CreateDBInstance are MySQL's.
 */
export function isMasterUsername(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(text);
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
