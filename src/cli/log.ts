import { type Logger, pino } from 'pino';
import type { Config } from '../config/config.ts';

/** Structured logs of a server process, one JSON document a line, on stderr: results alone go to stdout. */
export const createLog = ({ logLevel }: Pick<Config, 'logLevel'>, name: string): Logger =>
  pino({ name, level: logLevel }, pino.destination({ dest: 2, sync: true }));
