import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Canary, listen } from './canaries.ts';

const POLL_MS = 10;

export interface ProcessWatch {
  /** Ends the watch and returns the findings: `canary: command line`. */
  stop(): Promise<ReadonlySet<string>>;
}

/** Polls the command lines and environments of all processes of this computer. */
export function watchProcesses(canaries: readonly Canary[]): ProcessWatch {
  const found = new Set<string>();
  let stopped = false;

  const look = async (pid: string) => {
    const [command, environment] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`),
      readFile(`/proc/${pid}/environ`),
    ]);
    for (const text of [command, environment]) {
      for (const name of listen(text, canaries)) {
        found.add(`${name}: ${command.toString().split('\0').join(' ')}`);
      }
    }
  };
  const run = async () => {
    while (!stopped) {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      // A process that has ended meanwhile cannot be read.
      await Promise.all(pids.map((pid) => look(pid).catch(() => {})));
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
