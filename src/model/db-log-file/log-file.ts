/** A log file of an instance, as users of the API see it. */
export interface LogFile {
  /** `error/postgresql.log.2026-11-26-12` */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** RDS shows the directory of the logs as a part of their names. */
const DIRECTORY = 'error/';
const NAME = /^postgresql\.log\.\d{4}-\d{2}-\d{2}(?:-\d{2}(?:\d{2})?)?(?:\.csv|\.json)?$/;

/** The name of a log on its machine; undefined for a text that cannot name a log. */
export function guestNameOf(logFileName: string): string | undefined {
  if (!logFileName.startsWith(DIRECTORY)) return undefined;
  const name = logFileName.slice(DIRECTORY.length);
  return NAME.test(name) ? name : undefined;
}

/** The name of a log for users; undefined for a file that no collector with Cornac's settings writes. */
export function logFileNameOf(guestName: string): string | undefined {
  return NAME.test(guestName) ? DIRECTORY + guestName : undefined;
}
