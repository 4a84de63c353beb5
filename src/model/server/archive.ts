import { type EventText, event } from '../event.ts';

/** The files of a server's write-ahead log that wait for the repository. */
export interface WaitingLog {
  readonly files: number;
  /** The age of the oldest of them. */
  readonly ageSeconds: number;
  /** The time since the last file was archived, or the server started. */
  readonly idleSeconds: number;
  /** Whether the last attempt failed. */
  readonly hasFailed: boolean;
}

/** The archive of a server's write-ahead log, as its machine reports it. */
export interface Archive {
  /** The moment before which all that was committed is in the repository; absent where that is not known. */
  readonly restorableAt?: Date;
  /** Absent where the machine has no repository. */
  readonly waiting?: WaitingLog;
}

/** A file takes a second or two. An attempt that hangs reports no failure. */
const HANGING_S = 60;

/**
 * Since when the log is not archived; null while it is. A server that writes faster than the repository takes has old files
 * that wait, too.
 * @param notBefore what a machine reports is not believed to have begun before
 */
export function findFailingSince(
  { files, ageSeconds, idleSeconds, hasFailed }: WaitingLog,
  { now, notBefore }: { readonly now: Date; readonly notBefore: Date },
): Date | null {
  const hangs = Math.min(ageSeconds, idleSeconds) >= HANGING_S;
  if (files === 0 || !(hasFailed || hangs)) return null;
  return new Date(Math.max(now.getTime() - ageSeconds * 1000, notBefore.getTime()));
}

/** The event of an archive that fails since then, or works again. */
export function archiveEvent(failingSince: Date | null): EventText {
  if (!failingSince) return event('CORNAC-EVENT-ARCHIVE-WORKS');
  const since = failingSince.toISOString();
  return event(
    'CORNAC-EVENT-ARCHIVE-FAILS',
    `it waits since ${since} and fills the storage of the instance until the repository of backups takes it`,
  );
}
