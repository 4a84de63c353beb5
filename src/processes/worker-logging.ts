import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Sends what Temporal's SDK logs to `log`. Once a process, before the first worker. */
export function logThrough(log: Logger): void {
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

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
