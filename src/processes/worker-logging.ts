import { format } from 'node:util';
import { setLogger } from '@grpc/grpc-js';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLogger, logToFile } from '../log/logger.ts';

/** Sends what Temporal's SDK and gRPC log to `log`. Once a process, before the first worker. */
export function logThrough(log: Logger): void {
  // Else gRPC would write to the console.
  setLogger({
    error: (...parts: unknown[]) => log.warn(format(...parts)),
    info: (...parts: unknown[]) => log.info(format(...parts)),
    debug: (...parts: unknown[]) => log.debug(format(...parts)),
  });
  Runtime.install({
    // We handle signals ourselves.
    shutdownSignals: [],
    // Else its core would write lines of its own to stdout.
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { sdkComponent, namespace, taskQueue, taskToken, isLocal, error, ...rest } = meta ?? {};
      log[levels[level]]({ ...rest, ...(error && { err: error }) }, message);
    }),
  });
}

/** The same for a command that shows steps: what libraries log and warn of goes into `file`, and none of it to the terminal. */
export function logLibrariesTo(file: string, level: string): void {
  const log = createLogger(logToFile(file), level);
  logThrough(log);
  process.on('warning', (err) => log.warn({ err }, 'warning'));
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
