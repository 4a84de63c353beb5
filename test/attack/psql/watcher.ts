import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RunningMachine } from '../../../src/providers/provider.ts';
import type { LocalWorld } from '../../support/local/world.ts';

/** Overrides the settings that the master user gives to databases. */
const settings = [
  'search_path=pg_catalog',
  'role=none',
  'default_transaction_read_only=off',
  'statement_timeout=0',
  'local_preload_libraries=',
  'standard_conforming_strings=on',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

/**
 * A session of rdsadmin over the machine's own socket that checks attempts from outside. A verb over SSH for
 * each of thousands of attempts would take too long. Rows are text with columns separated by `|`.
 */
export async function openWatcher(world: LocalWorld, machine: RunningMachine) {
  const socketDir = (await world.guest.psql(machine, 'SHOW unix_socket_directories;')).trim();
  const port = (await world.guest.psql(machine, 'SHOW port;')).trim();
  const { uid, gid } = statSync(socketDir);
  const args = ['-XqAt', '-h', socketDir, '-p', port, '-U', 'rdsadmin', '-d', 'rdsadmin'];
  const psql = spawn('psql', args, {
    env: { PATH: process.env.PATH, PGOPTIONS: settings },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(process.getuid?.() === 0 && { uid, gid }),
  });
  const exit = once(psql, 'exit');
  const lines = createInterface({ input: psql.stdout })[Symbol.asyncIterator]();

  return {
    async query(sql: string): Promise<string[]> {
      const end = randomUUID();
      psql.stdin.write(`${sql}\n\\echo ${end}\n`);
      const rows: string[] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the session of rdsadmin is gone');
        if (value === end) return rows;
        rows.push(value);
      }
    },
    async close(): Promise<void> {
      psql.stdin.end();
      await exit;
    },
  };
}

export type Watcher = Awaited<ReturnType<typeof openWatcher>>;
