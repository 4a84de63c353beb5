/**
 * A verb has not finished: the server recovers, or another run of the verb has not ended. This is no failure.
 * The caller need not hold a connection while it waits, because the verb may be called again.
 */
export class GuestBusy extends Error {
  override readonly name = 'GuestBusy';
  /**
   * The last line of the verb's stderr. It changes while a server recovers. Do not trust it: root of the
   * machine can write it.
   */
  readonly report: string;

  constructor(verb: string, report: string) {
    super(`${verb} has not finished: ${report}`); // of an SshError, which is printable
    this.report = report;
  }
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * How long one call repeats a verb that exits with "again". A verb waits ten or twenty seconds by itself
 * before it does so. `stop` ends with a checkpoint, which may write all of the memory, and
 * `promote` replays the rest of the log. A
 * `backup` or `copy-source` copies all data, and the worker may give up earlier, because the work goes on without it. Other verbs wait for
 * an earlier run of themselves, or for a disk to appear.
 */
export function retryMsOf(verb: string): number {
  switch (verb) {
    case 'start':
      return 30 * SECOND;
    case 'stop':
    case 'promote':
      return 10 * MINUTE;
    case 'backup':
    case 'copy-source':
      return 24 * 60 * MINUTE;
    default:
      return 2 * MINUTE;
  }
}
