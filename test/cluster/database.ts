import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describePgBouncer, pgBouncerProgram } from '../support/pgbouncer.ts';
import {
  findPostgresPrograms,
  findPostgresUser,
  initDatabaseCluster,
  postgresArguments,
} from '../support/postgres.ts';
import type { Service } from './service.ts';
import type { Services } from './services.ts';

const CONNECT_MS = 2_000;

/** Runs statements, each over its own connection. @throws where the server does not answer */
export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function makeOwnDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const user = findPostgresUser();
  if (user) await chown(directory, user.uid, user.gid);
}

/** A PostgreSQL server outside Cornac. */
export async function startDatabase(
  name: string,
  directory: string,
  port: number,
  place: Services,
): Promise<Service> {
  await makeOwnDirectory(directory);
  const data = join(directory, 'data');
  initDatabaseCluster(data);
  return place.start({
    name,
    command: [
      join(findPostgresPrograms(), 'postgres'),
      // Commits survive a kill -9, although not a power cut.
      ...postgresArguments(data, { port, synchronous_commit: 'on' }),
    ],
    user: findPostgresUser(),
    probe: () => query(`postgresql://postgres@127.0.0.1:${port}/postgres`, 'SELECT 1'),
    // SIGINT stops the server without waiting for sessions.
    stopSignal: 'SIGINT',
  });
}

/** PgBouncer on `port` in front of a database, with session pooling as Cornac requires. */
export async function startPooler(
  directory: string,
  url: string,
  port: number,
  place: Services,
): Promise<Service> {
  await makeOwnDirectory(directory);
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(file, describePgBouncer(url, 'session', port));
  const { pathname } = new URL(url);
  return place.start({
    name: 'pgbouncer',
    command: [pgBouncerProgram(), file],
    user: findPostgresUser(),
    probe: () => query(`postgresql://postgres@127.0.0.1:${port}${pathname}`, 'SELECT 1'),
  });
}
