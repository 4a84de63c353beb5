import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A new DbiResourceId: `db-` and 26 upper-case letters or digits, unique for ever (API_DBInstance). */
export const newDbiResourceId = (): string =>
  `db-${Array.from({ length: 26 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;

/** 1-63 letters, digits, hyphens, first a letter, no hyphen last or doubled: API_CreateDBInstance. */
export const isDBInstanceIdentifier = (text: string): boolean =>
  text.length <= 63 && /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text);

/** 1-63 letters, digits, underscores, first a letter: API_CreateDBInstance, DBName for PostgreSQL. */
export const isDatabaseName = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(text);

/** Databases that every cluster has for itself; `postgres` is there, too, and may be asked for. */
export const isReservedDatabaseName = (name: string): boolean =>
  ['template0', 'template1', 'rdsadmin'].includes(name.toLowerCase());

/** 1-16 letters, digits, underscores, first a letter: API_CreateDBInstance, MasterUsername for PostgreSQL. */
export const isMasterUsername = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,15}$/.test(text);

/**
 * Names that PostgreSQL or RDS keep for themselves, as far as is known: RDS refuses `admin` and `rdsadmin`
 * (aws-cloudformation/cfn-lint#4425). Those that the guest refuses are among them: master.sql.
 */
export const isReservedUsername = (name: string): boolean =>
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
  ].includes(name.toLowerCase());

/**
 * The database that an instance gets when DBName is not given: it is named after the instance, which RDS does not do
 * but the walk-through relies on. Hyphens stay, PostgreSQL takes any name in quotes.
 */
export const defaultDatabaseName = (identifier: string): string => identifier;

/** Name of the instance's machine at the provider. A host name has at most 63 characters. */
export const machineName = (prefix: string, identifier: string): string => `${prefix}${identifier}`;
