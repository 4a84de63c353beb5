import { readdir, readFile, readlink } from 'node:fs/promises';

export interface Listening {
  readonly pid: number;
  readonly port: number;
}

const LISTEN = '0A'; // include/net/tcp_states.h

/**
 * The TCP ports on which these processes listen: /proc/net/tcp lists them by inode, /proc/PID/fd maps the
 * inode.
 */
export async function findListening(pids: readonly number[]): Promise<Listening[]> {
  const portOf = new Map<string, number>();
  for (const table of ['tcp', 'tcp6']) {
    const lines = (await readFile(`/proc/net/${table}`, 'utf8')).trim().split('\n').slice(1);
    for (const line of lines) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === LISTEN) portOf.set(inode, Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
    }
  }
  const found = await Promise.all(
    pids.map(async (pid) => {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const links = names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ''));
      return (await Promise.all(links)).flatMap((link) => {
        const port = portOf.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '');
        return port === undefined ? [] : [{ pid, port }];
      });
    }),
  );
  return found.flat();
}
