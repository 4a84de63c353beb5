import { invalidParameterValue } from '../../../model/errors.ts';

/** Engines of RDS that this endpoint does not offer: Engine of API_CreateDBInstance. */
const OTHER_ENGINES: readonly string[] = [
  'aurora-mysql',
  'aurora-postgresql',
  'custom-oracle-ee',
  'custom-oracle-ee-cdb',
  'custom-oracle-se2',
  'custom-oracle-se2-cdb',
  'custom-sqlserver-dev',
  'custom-sqlserver-ee',
  'custom-sqlserver-se',
  'custom-sqlserver-web',
  'db2-ae',
  'db2-se',
  'mariadb',
  'mysql',
  'oracle-ee',
  'oracle-ee-cdb',
  'oracle-se2',
  'oracle-se2-cdb',
  'sqlserver-dev-ee',
  'sqlserver-ee',
  'sqlserver-ex',
  'sqlserver-se',
  'sqlserver-web',
];

/**
 * Whether a question about the engine can have an answer here. A question about another engine of RDS is a good
 * one, whose answer is empty.
 * @throws invalidParameterValue for a name that RDS does not have
 */
export function isOfferedEngine(engine: string): boolean {
  if (engine === 'postgres') return true;
  if (OTHER_ENGINES.includes(engine)) return false;
  throw invalidParameterValue(`Invalid DB engine: ${engine}`);
}
