import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';
import { isHungUp } from './hung-up.ts';

/** Structured logs of a server process, one JSON document a line, on stderr: results alone go to stdout. */
export const createLog = ({ logLevel }: Pick<Config, 'logLevel'>, name: string): Logger => {
  const destination = pino.destination({ dest: 2, sync: true });
  destination.on('error', (error: Error) => {
    if (!isHungUp(error)) throw error;
  });
  return pino({ name, level: logLevel }, destination);
};
