import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePorts } from '../acceptance/stack.ts';

const PROGRAM = '/usr/sbin/pgbouncer';

/** Why tests with PgBouncer are skipped; false where they are not. */
export const withoutPgBouncer = existsSync(PROGRAM) ? false : 'PgBouncer is not installed';

/** PgBouncer refuses to run as root: the user of PostgreSQL's package then does. */
function findUser() {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A PgBouncer on a free port before this database, which asks for no password. */
export async function startPgBouncer(databaseUrl: string, poolMode: 'session' | 'transaction' | 'statement') {
  const { port, pathname } = new URL(databaseUrl);
  const [own = 0] = await findFreePorts(1);
  const user = findUser();
  const directory = mkdtempSync(join(tmpdir(), 'cornac-pgbouncer-'));
  const file = join(directory, 'pgbouncer.ini');
  const database = pathname.slice(1);
  const lines = [
    '[databases]',
    `${database} = host=127.0.0.1 port=${port} user=postgres`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${poolMode}`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  if (user) for (const path of [directory, file]) chownSync(path, user.uid, user.gid);
  const server = spawn(PROGRAM, [file], { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(server, 'close');
  const isUp = new Promise<true>((resolve) => {
    createInterface({ input: server.stderr }).on(
      'line',
      (line) => line.includes('process up') && resolve(true),
    );
  });
  if (!(await Promise.race([isUp, closed.then(() => false)]))) throw new Error('PgBouncer does not start');
  return {
    url: `postgresql://postgres@127.0.0.1:${own}/${database}`,
    stop: async () => {
      server.kill('SIGQUIT');
      await closed;
      rmSync(directory, { recursive: true });
    },
  };
}
