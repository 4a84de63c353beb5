import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Destination } from '../log/destination.ts';
import { createLogger, logToDescriptor } from '../log/logger.ts';

export interface Log extends Pick<Destination, 'lost'> {
  readonly log: Logger;
}

/**
 * The structured log of a server process on stderr, one JSON document a line; stdout carries results only.
 * Node's warnings become lines of the log. A failed write never fails the process: `lost` counts lost lines.
 */
export function openLog({ logLevel }: Pick<Config, 'logLevel'>, name: string): Log {
  const destination = logToDescriptor(2, name);
  const log = createLogger(destination, logLevel, name);
  // Node's own listener writes to stderr and may block on a slow reader.
  process.removeAllListeners('warning');
  process.on('warning', (err) => log.warn({ err }, 'warning'));
  return {
    log,
    get lost() {
      return destination.lost;
    },
  };
}

/** The logger of `openLog`, for processes that do not report lost lines. */
export function createLog(config: Pick<Config, 'logLevel'>, name: string): Logger {
  return openLog(config, name).log;
}
