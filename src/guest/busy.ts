/**
 * A verb is not through: the server recovers, or another run of the verb has not ended. Nothing is wrong yet, and whoever
 * waits need not do so on a connection: the verb may be called again.
 */
export class GuestBusy extends Error {
  override readonly name = 'GuestBusy';
  /** What the verb said last. While a server recovers this changes; a machine's root can say anything. */
  readonly said: string;

  constructor(verb: string, said: string) {
    super(`${verb} is not through: ${said}`); // of an SshError, which is printable
    this.said = said;
  }
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * How long a verb may say "again" in one call. A verb waits ten or twenty seconds by itself before it does. `stop` ends with
 * a checkpoint, which may write all of the memory. Others wait for another run of theirs, or for a disk to appear.
 */
export function patienceOf(verb: string): number {
  switch (verb) {
    case 'start':
      return 30 * SECOND;
    case 'stop':
      return 10 * MINUTE;
    default:
      return 2 * MINUTE;
  }
}
