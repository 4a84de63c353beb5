import { type Logger, pino } from 'pino';
import { openWhenPossible, openWithoutWaiting } from './descriptors.ts';
import { createDestination, type Destination } from './destination.ts';

const WARN = 40;

/** The log line that reports lost lines. */
export function describeLoss(name: string | undefined) {
  return (lines: number): string =>
    `${JSON.stringify({ level: WARN, time: Date.now(), pid: process.pid, name, lines, msg: `${lines} lines were lost` })}\n`;
}

/** A descriptor of this process, for the log called `name`; without `name`, for messages to a person. */
export function logToDescriptor(fd: number, name?: string): Destination {
  let descriptor: number | undefined;
  const open = () => {
    descriptor ??= openWithoutWaiting(fd);
    return descriptor;
  };
  return createDestination({ open, ...(name !== undefined && { describeLoss: describeLoss(name) }) });
}

/** A file that is created with the first line. */
export function logToFile(file: string): Destination {
  return createDestination({ open: openWhenPossible(file), describeLoss: describeLoss(undefined) });
}

/**
 * A logger that never throws. A line that cannot be serialized is dropped.
 * @param name the process's name; absent where one log holds one process
 */
export function createLogger(destination: Destination, level: string, name?: string): Logger {
  return neverThrow(pino({ level, ...(name !== undefined && { name }) }, destination));
}

/** The same logger and its children with every exception swallowed. */
export function neverThrow(logger: Logger): Logger {
  const quiet: Logger = new Proxy(logger, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        try {
          const result: unknown = Reflect.apply(member, target, args);
          return property === 'child' ? neverThrow(result as Logger) : result;
        } catch {
          return property === 'child' ? quiet : undefined;
        }
      };
    },
  });
  return quiet;
}
