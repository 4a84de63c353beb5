import { readFileSync } from 'node:fs';
import pg from 'pg';
import { cleanEnvironment } from '../acceptance/stack.ts';

/** A database, and what a client needs to open it as its master user with verify-full. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly name: string;
  /** File of the trusted authorities. */
  readonly authorities: string;
}

/** The environment for clients that use libpq. */
export function libpqEnvironment({
  host,
  port,
  user,
  password,
  name,
  authorities,
}: Database): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    PGHOST: host,
    PGPORT: `${port}`,
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: name,
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: authorities,
  };
}

/** The same for node-postgres, which then verifies the server's certificate and name. */
export function poolConfig({ host, port, user, password, name, authorities }: Database): pg.PoolConfig {
  return { host, port, user, password, database: name, ssl: { ca: readFileSync(authorities, 'utf8') } };
}

/** Runs statements, and returns the rows of the last one. */
export async function query(database: Database, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(poolConfig(database));
  await client.connect();
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  } finally {
    await client.end();
  }
}

/** Makes another database on the same server. */
export async function makeDatabase(database: Database, name: string): Promise<Database> {
  await query(database, `CREATE DATABASE ${name}`);
  return { ...database, name };
}
