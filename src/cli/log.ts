import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { Destination } from '../log/destination.ts';
import { createLogger, logToDescriptor } from '../log/logger.ts';

export interface Log extends Pick<Destination, 'lost'> {
  readonly log: Logger;
}

/**
 * Structured logs of a server process, one JSON document a line, on stderr: results alone go to stdout. What Node has to
 * warn of goes there, too. Neither fails the work: `lost` tells how many lines could not be written.
 */
export function openLog({ logLevel }: Pick<Config, 'logLevel'>, name: string): Log {
  const destination = logToDescriptor(2, name);
  const log = createLogger(destination, logLevel, name);
  // Node's own listener writes to stderr and waits for its reader.
  process.removeAllListeners('warning');
  process.on('warning', (err) => log.warn({ err }, 'warning'));
  return {
    log,
    get lost() {
      return destination.lost;
    },
  };
}

/** The logger of `openLog`, for processes that do not tell what they lost. */
export function createLog(config: Pick<Config, 'logLevel'>, name: string): Logger {
  return openLog(config, name).log;
}
