import { readFileSync } from 'node:fs';

/** A dying process loses its working directory before its sockets: it is dead when only its status is left. */
function isDead(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
/** Waits for the end of the process. */
export async function ended(pid: number) {
  while (!isDead(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}
/** The command line of the process; empty where the process has ended. */
export function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
