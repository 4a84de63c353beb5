import { format } from 'node:util';
import { setLogger } from '@grpc/grpc-js';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createLogger, logToFile } from '../log/logger.ts';

/** Sends the logs of Temporal's SDK and of gRPC to `log`. Called once a process, before the first worker. */
export function logThrough(log: Logger): void {
  // Without this gRPC writes to the console.
  setLogger({
    error: (...parts: unknown[]) => log.warn(format(...parts)),
    info: (...parts: unknown[]) => log.info(format(...parts)),
    debug: (...parts: unknown[]) => log.debug(format(...parts)),
  });
  Runtime.install({
    // Signals are handled by `stopSignal`.
    shutdownSignals: [],
    // Without this the SDK's core writes to stdout.
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { sdkComponent, namespace, taskQueue, taskToken, isLocal, error, ...rest } = meta ?? {};
      log[levels[level]]({ ...rest, ...(error && { err: error }) }, message);
    }),
  });
}

/** The same for a command that shows steps: logs and warnings of libraries go into `file`, not to the terminal. */
export function logLibrariesTo(file: string, level: string): void {
  const log = createLogger(logToFile(file), level);
  logThrough(log);
  process.on('warning', (err) => log.warn({ err }, 'warning'));
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
