import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { ChildSpec } from './child.ts';
import type { ChildLog } from './child-log.ts';
import { cachedPrograms, findProgram, spawnBound } from './programs.ts';
import { temporalDatabase } from './temporal-database.ts';
import { UpError } from './up-error.ts';

export interface TemporalServerOptions {
  readonly dbFile: string;
  readonly namespace: string;
  readonly port: number;
  readonly uiPort: number;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ChildLog;
}

/** Temporal's development server: one process, its state in one SQLite file, the Web UI in it. */
export const temporalServer = (options: TemporalServerOptions): ChildSpec => {
  const program = findProgram('temporal', options.env, [cachedPrograms(options.env)]);
  if (program === undefined)
    throw new UpError('Temporal is neither on PATH nor in the cache.', '`npm run setup` puts it there.');
  const database = temporalDatabase(options.dbFile);
  return {
    name: 'temporal',
    start: () => {
      database.prepare();
      return spawnBound(program, serverArguments(options), options.env, options.log);
    },
    ready: async (_child, signal) => {
      await answers(options, signal);
      database.finish();
    },
    graceMs: 10_000,
  };
};

const serverArguments = ({ dbFile, namespace, port, uiPort }: TemporalServerOptions): string[] => [
  ...['server', 'start-dev'],
  ...['--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
  ...['--namespace', namespace],
  ...['--db-filename', dbFile],
  // With a write-ahead log a commit is one append. FULL (2) syncs it, so that what Temporal has said is kept, and with
  // it what Cornac answered for, outlives a power cut.
  ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'],
  ...['--log-level', 'warn'],
];

/** Resolves when the server has our namespace: it listens some time before. */
const answers = async ({ port, namespace }: TemporalServerOptions, signal: AbortSignal): Promise<void> => {
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  try {
    for (;;) {
      signal.throwIfAborted();
      const found = await connection
        .withDeadline(Date.now() + 1_000, () => connection.workflowService.describeNamespace({ namespace }))
        .catch(() => undefined);
      if (found !== undefined) return;
      await sleep(100, undefined, { signal });
    }
  } finally {
    await connection.close();
  }
};
