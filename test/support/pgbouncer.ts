import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram } from '../../src/supervisor/programs.ts';
import { findFreePorts } from '../acceptance/stack.ts';
import { findPostgresUser } from './postgres.ts';

/** The program, looked for where set-up looks: Debian's is on no user's PATH. */
function findPgBouncer(): string | undefined {
  return findProgram('pgbouncer', process.env, ['/usr/sbin', '/usr/local/sbin']);
}

/** @throws Error where it is not installed */
export function pgBouncerProgram(): string {
  const found = findPgBouncer();
  if (found === undefined) throw new Error('PgBouncer is not installed: run npm run setup -- --test');
  return found;
}

/** The reason to skip tests with PgBouncer; false where it is installed. */
export const withoutPgBouncer = findPgBouncer() ? false : 'PgBouncer is not installed';

type PoolMode = 'session' | 'transaction' | 'statement';

/** The configuration of a PgBouncer on port `own` in front of this database, which requires no password. */
export function describePgBouncer(databaseUrl: string, poolMode: PoolMode, own: number): string {
  const { port, pathname } = new URL(databaseUrl);
  const lines = [
    '[databases]',
    `${pathname.slice(1)} = host=127.0.0.1 port=${port} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${poolMode}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A PgBouncer on a free port in front of this database, which requires no password. */
export async function startPgBouncer(databaseUrl: string, poolMode: PoolMode) {
  const [own = 0] = await findFreePorts(1);
  const user = findPostgresUser();
  const directory = mkdtempSync(join(tmpdir(), 'cornac-pgbouncer-'));
  const file = join(directory, 'pgbouncer.ini');
  writeFileSync(file, describePgBouncer(databaseUrl, poolMode, own));
  if (user) for (const path of [directory, file]) chownSync(path, user.uid, user.gid);
  const server = spawn(pgBouncerProgram(), [file], { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(server, 'close');
  const isUp = new Promise<true>((resolve) => {
    createInterface({ input: server.stderr }).on(
      'line',
      (line) => line.includes('process up') && resolve(true),
    );
  });
  if (!(await Promise.race([isUp, closed.then(() => false)]))) throw new Error('PgBouncer does not start');
  return {
    url: `postgresql://postgres@127.0.0.1:${own}${new URL(databaseUrl).pathname}`,
    stop: async () => {
      server.kill('SIGQUIT');
      await closed;
      rmSync(directory, { recursive: true });
    },
  };
}
