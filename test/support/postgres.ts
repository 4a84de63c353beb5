import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { migrate } from '../../src/inventory/database/migrate.ts';

export interface TestPostgres {
  /** Makes a database without tables. @returns its URL for the owner */
  createEmptyDatabase(): Promise<string>;
  /** Makes a database with the inventory's tables. @returns its URL */
  createInventoryDatabase(): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}

const TEMPLATE = 'inventory_template';
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // The data need not survive the test.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '100',
};

/** The directory of the newest server's programs. */
export function findPostgresPrograms(): string {
  return execFileSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1'], {
    encoding: 'utf8',
  }).trim();
}

/** For root: the user of Debian's package, because PostgreSQL and PgBouncer refuse to run as root. */
export function findPostgresUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Makes the files of a test server, whose roles need no password. */
export function initDatabaseCluster(data: string): void {
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
  execFileSync(join(findPostgresPrograms(), 'initdb'), initdb, {
    ...findPostgresUser(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The arguments of a test server. */
export function postgresArguments(
  data: string,
  settings: Readonly<Record<string, string | number>>,
): string[] {
  const all = Object.entries({ ...SETTINGS, ...settings });
  return ['-D', data, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Starts the server and waits until it reports that it is ready. @returns undefined when it ended before */
async function startServer(program: string, data: string, port: number, user: User | undefined) {
  const server = spawn(program, postgresArguments(data, { port }), {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(server, 'close');
  const lines = createInterface({ input: server.stderr });
  const ready = new Promise<true>((resolve) => {
    lines.on('line', (line) => /ready to accept (?:read-only )?connections/.test(line) && resolve(true));
  });
  const isUp = await Promise.race([ready, closed.then(() => false)]);
  return isUp ? { server, closed } : undefined;
}

/** A standby without a primary, until `promote` makes it a primary. */
export async function startStandby() {
  const { urlOf, stop } = await startCluster({ standby: true });
  const url = urlOf('postgres');
  const promote = async (): Promise<void> => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query('SELECT pg_promote()').finally(() => client.end());
  };
  return { url, promote, stop };
}

/**
 * A PostgreSQL server for one test file, with its own directory and a free port on the loopback. It ends with
 * the process, but call `stop` in an `after` hook, because the process does not end before. With `passwords`
 * all roles except the owner need one.
 */
export async function startPostgres({ passwords = false } = {}): Promise<TestPostgres> {
  const { urlOf, stop } = await startCluster({ passwords });
  const createDatabase = async (name: string, template: string): Promise<string> => {
    const client = new pg.Client(urlOf('postgres'));
    await client.connect();
    await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`).finally(() => client.end());
    return urlOf(name);
  };
  await migrate(await createDatabase(TEMPLATE, 'template1'));

  const name = () => `test_${randomBytes(6).toString('hex')}`;
  return {
    createEmptyDatabase: () => createDatabase(name(), 'template1'),
    createInventoryDatabase: () => createDatabase(name(), TEMPLATE),
    stop,
  };
}

async function startCluster({ passwords = false, standby = false }) {
  const programs = findPostgresPrograms();
  const user = findPostgresUser();
  const directory = mkdtempSync(join(tmpdir(), 'cornac-test-postgres-'));
  const data = join(directory, 'data');
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  // The test runner ends a file that takes too long with SIGTERM. Without this handler nothing would be
  // cleaned up.
  process.once('SIGTERM', () => process.exit(143));
  if (user) chownSync(directory, user.uid, user.gid);

  initDatabaseCluster(data);

  if (passwords) {
    const rules = ['host all postgres 127.0.0.1/32 trust', 'host all all 127.0.0.1/32 scram-sha-256', ''];
    writeFileSync(join(data, 'pg_hba.conf'), rules.join('\n'));
  }

  if (standby) writeFileSync(join(data, 'standby.signal'), '');

  const start = async (attempts: number): Promise<{ port: number; stopServer: () => Promise<void> }> => {
    const port = await findFreePort();
    const started = await startServer(join(programs, 'postgres'), data, port, user);
    if (!started && attempts > 1) return start(attempts - 1);
    if (!started) throw new Error('PostgreSQL does not start');
    const { server, closed } = started;
    const kill = () => server.kill('SIGQUIT');
    process.once('exit', kill);
    const stopServer = async () => {
      process.off('exit', kill);
      server.kill('SIGQUIT');
      await closed;
    };
    return { port, stopServer };
  };
  const { port, stopServer } = await start(3);

  return {
    urlOf: (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`,
    async stop() {
      await stopServer();
      process.off('exit', remove);
      remove();
    },
  };
}
