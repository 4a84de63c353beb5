import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ids of the processes whose `/proc/PID/NAME` says yes. */
function find(says: (pid: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return says(pid);
      } catch {
        return false; // it has ended
      }
    })
    .map(Number);
}

/** The listening sshd of a local machine, by the machine's directory. */
export function findSshd(root: string): number | undefined {
  return find((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /^(sshd: )?\/usr\/sbin\/sshd\b/.test(command) && command.includes(`${root}/etc/ssh/sshd_config`);
  })[0];
}

/** Its PostgreSQL server. */
export function findServer(root: string): number | undefined {
  const inside = find((pid) => readlinkSync(`/proc/${pid}/cwd`) === `${root}/data/pgdata`);
  const parent = (pid: number) =>
    Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return inside.find((pid) => !inside.includes(parent(pid)));
}

/** All processes that have this uid. */
export function processesOf(uid: number): number[] {
  return find((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // Where the first thread alone has ended, the others work on.
    const hasEnded = /^State:\s*[ZX]/m.test(status) && !/^Threads:\s*([2-9]|\d\d)/m.test(status);
    return !hasEnded && (/^Uid:(.*)$/m.exec(status)?.[1] ?? '').split('\t').includes(String(uid));
  });
}
