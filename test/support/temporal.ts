import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createChildLog } from '../../src/supervisor/child-log.ts';
import { cachedPrograms } from '../../src/supervisor/programs.ts';
import { findFreePort } from '../../src/up/ports.ts';
import { temporalProgram } from '../../src/up/temporal-programs.ts';
import { temporalServer } from '../../src/up/temporal-server.ts';

export interface TemporalProcess {
  readonly address: string;
  readonly pid: number;
  /** Ends or kills the server and waits for its end. @returns its exit status, null when a signal ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface TemporalProcessOptions {
  /** The directory of its files. A later server in the same directory finds them. */
  readonly directory: string;
  /** Name of its SQLite file; where absent the data is in memory. */
  readonly database?: string;
  readonly port?: number;
}

const tries = 3;

/** The server that `cornac up` runs, but without certificates. */
export async function startTemporalProcess(options: TemporalProcessOptions): Promise<TemporalProcess> {
  for (let left = tries; ; left--) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Another process has taken the port in the meantime.
      if (left <= 1) throw error;
    }
  }
}

/** The description of such a server, which is not started yet. */
export function describeTemporal({
  directory,
  database,
  port,
  say,
}: TemporalProcessOptions & { readonly port: number; readonly say?: (line: string) => void }) {
  return temporalServer({
    program: temporalProgram('server', cachedPrograms(process.env), process.env),
    directory,
    database: database === undefined ? undefined : join(directory, database),
    port,
    namespace: 'default',
    tls: undefined,
    env: process.env,
    log: createChildLog(directory, 'temporal'),
    ...(say && { report: say }),
  });
}

async function startOnce(options: TemporalProcessOptions): Promise<TemporalProcess> {
  const port = options.port ?? (await findFreePort('127.0.0.1'));
  const address = `127.0.0.1:${port}`;
  const log = createChildLog(options.directory, 'temporal');
  const { start, ready } = describeTemporal({ ...options, port });
  const child = await start();
  const ended = new AbortController();
  child.once('exit', () => ended.abort(new Error(`Temporal has ended: ${log.tail(5).join('\n')}`)));
  await ready?.(child, ended.signal, () => {});
  return { address, pid: child.pid ?? 0, stop: (signal) => stop(child, signal) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** A Temporal server on a free port, in memory; `teardown` ends it. */
export async function startTemporal(): Promise<TestWorkflowEnvironment> {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  const server = await startTemporalProcess({ directory });
  const environment = await TestWorkflowEnvironment.createFromExistingServer({ address: server.address });
  const disconnect = environment.teardown.bind(environment);
  return Object.assign(environment, {
    teardown: async () => {
      await disconnect();
      // Its data need not survive.
      await server.stop('SIGKILL');
      rmSync(directory, { recursive: true });
    },
  });
}
