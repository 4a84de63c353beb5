import { readdir } from 'node:fs/promises';
import pg from 'pg';
import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { anyTls } from '../any-tls.ts';
import { PASSWORD, type World } from '../world.ts';
import { settled } from '../world-operations.ts';

const TABLES = ['instance', 'operation', 'event', 'secret', 'engine_version', 'invocation'];

async function query(config: pg.ClientConfig, sql: string) {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs SQL as the instance's master user, with the password that the user was given. */
export function queryAsMaster({ address, port, dbName }: Instance, sql: string, password = PASSWORD) {
  return query({ host: address ?? '', port, user: 'postgres', password, database: dbName, ssl: anyTls }, sql);
}

/** A new instance with a table `precious`. */
export async function createPrecious(world: World, identifier: string): Promise<Instance> {
  const instance = await settled(world, await world.create(identifier));
  await queryAsMaster(instance, `CREATE TABLE precious AS SELECT 'data of ${identifier}' AS data`);
  return instance;
}

/** All rows of the inventory, every machine, and the data and the start time of each instance. */
export async function dump(world: World, instances: readonly Instance[]) {
  return {
    inventory: Object.fromEntries(
      await Promise.all(
        TABLES.map(async (table) => {
          const sql = `SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`;
          return [table, (await query({ connectionString: world.databaseUrl }, sql)).map(({ row }) => row)];
        }),
      ),
    ),
    machines: (await world.provider.listMachines()).sort((a, b) => a.name.localeCompare(b.name)),
    servers: await Promise.all(
      instances.map((instance) =>
        queryAsMaster(instance, 'SELECT *, pg_postmaster_start_time()::text AS since FROM precious'),
      ),
    ),
  };
}

/** Names of the stranger's scripts that have run. */
export function canariesIn(directory: string): Promise<string[]> {
  return readdir(directory);
}
