import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Canary, listen } from './canaries.ts';

const POLL_MS = 10;

export interface ProcessWatch {
  /** Ends the watch and returns the findings: `canary: command line`. */
  stop(): Promise<ReadonlySet<string>>;
}

/**
 * Polls the command lines and environments of all processes of this computer. An environment is read when the command
 * line is a new one, because both change only with a new program. The reads are synchronous, because asynchronous ones
 * take a multiple of the CPU time.
 */
export function watchProcesses(canaries: readonly Canary[]): ProcessWatch {
  const found = new Set<string>();
  let known = new Map<string, string>();
  let stopped = false;

  const look = (pid: string): string => {
    const command = readFileSync(`/proc/${pid}/cmdline`);
    const line = command.toString('latin1');
    if (known.get(pid) === line) return line;
    for (const text of [command, readFileSync(`/proc/${pid}/environ`)]) {
      for (const name of listen(text, canaries)) {
        found.add(`${name}: ${command.toString().split('\0').join(' ')}`);
      }
    }
    return line;
  };
  const lookAtAll = () => {
    const now = new Map<string, string>();
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue;
      try {
        now.set(pid, look(pid));
      } catch {
        // The process has ended meanwhile.
      }
    }
    known = now;
  };
  const run = async () => {
    while (!stopped) {
      lookAtAll();
      await delay(POLL_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
      return found;
    },
  };
}
