import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** The minimum of a create, by hand: copy an initialised cluster, start it, CREATE DATABASE. */
export interface Floor {
  /** Seconds of one such create. The server is stopped afterwards, which does not count. */
  measure(): Promise<number>;
  remove(): Promise<void>;
}

async function first(command: string): Promise<string> {
  return (await exec('sh', ['-c', command])).stdout.trim();
}

/** Prepares a cluster to copy. It runs as the unprivileged user of Cornac's machines. */
export async function createFloor(): Promise<Floor> {
  const bin = await first('ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1');
  const root = process.getuid?.() === 0;
  const dir = await mkdtemp(join(tmpdir(), 'cornac-floor-'));
  const origin = join(dir, 'origin');
  if (root) {
    await chown(dir, Number(await first('id -u postgres')), Number(await first('id -g postgres')));
  } else {
    await chmod(dir, 0o700);
  }
  const run = (program: string, ...args: string[]) => {
    const command = [program, ...args];
    return root
      ? exec('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', ...command], { cwd: dir })
      : exec(program, args, { cwd: dir });
  };
  await run(`${bin}/initdb`, '--pgdata', origin, '--username=rdsadmin', '--auth=trust', '--data-checksums');

  let count = 0;
  return {
    measure: async () => {
      const pgdata = join(dir, `copy-${count++}`);
      const options = `-c listen_addresses= -c unix_socket_directories=${dir}`;
      const begun = performance.now();
      await run('cp', '-a', '--reflink=auto', origin, pgdata);
      await run(`${bin}/pg_ctl`, 'start', '-w', '-s', '-D', pgdata, '-l', join(dir, 'log'), '-o', options);
      await run(`${bin}/psql`, '-qX', '-h', dir, '-U', 'rdsadmin', '-c', 'CREATE DATABASE test', 'postgres');
      const seconds = (performance.now() - begun) / 1000;
      await run(`${bin}/pg_ctl`, 'stop', '-w', '-s', '-m', 'immediate', '-D', pgdata);
      await rm(pgdata, { recursive: true });
      return seconds;
    },
    remove: () => rm(dir, { recursive: true }),
  };
}
