import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ids of the processes for which `says` returns true. */
function find(says: (pid: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return says(pid);
      } catch {
        return false; // the process has ended
      }
    })
    .map(Number);
}

/** The listening sshd of a local machine, found by the machine's directory. */
export function findSshd(root: string): number | undefined {
  return find((pid) => {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /^(sshd: )?\/usr\/sbin\/sshd\b/.test(command) && command.includes(`${root}/etc/ssh/sshd_config`);
  })[0];
}

/** The PostgreSQL server of a local machine, found by the machine's directory. */
export function findServer(root: string): number | undefined {
  const inside = find((pid) => readlinkSync(`/proc/${pid}/cwd`) === `${root}/data/pgdata`);
  const parent = (pid: number) =>
    Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return inside.find((pid) => !inside.includes(parent(pid)));
}

/** All processes with this uid. */
export function processesOf(uid: number): number[] {
  return find((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // A process whose first thread has ended still runs while other threads do.
    const hasEnded = /^State:\s*[ZX]/m.test(status) && !/^Threads:\s*([2-9]|\d\d)/m.test(status);
    return !hasEnded && (/^Uid:(.*)$/m.exec(status)?.[1] ?? '').split('\t').includes(String(uid));
  });
}
