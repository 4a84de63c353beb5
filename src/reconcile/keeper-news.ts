/** Where a keeper reports: a server's log, or a person's terminal. */
export interface KeeperLog {
  info(message: string): void;
  error(message: string): void;
}

/** What a keeper reports about the inventory. */
export type News =
  | 'up'
  | 'down'
  | 'foreign'
  | 'unfinished'
  | 'unreachable'
  | 'paused'
  | 'refused'
  | 'unproven'
  | 'uncertified'
  | 'failed';

function describeNews(news: News, machine: string, reason: string): string {
  switch (news) {
    case 'up':
      return 'the inventory answers again';
    case 'down':
      return `the inventory does not answer; machine ${machine} and its PostgreSQL are being restarted`;
    case 'foreign':
      return `the inventory does not answer, and DATABASE_URL names no machine of Cornac's: start its PostgreSQL, or correct DATABASE_URL`;
    case 'unfinished':
      return `the inventory was never completed: run \`cornac bootstrap\``;
    case 'unreachable':
      return `the inventory's PostgreSQL runs on ${machine}, but its port is unreachable from here: check the network and listen_addresses`;
    case 'paused':
      return `the inventory does not answer, because its machine ${machine} is paused (by a person or by its host) or unreadable: Cornac waits until this has ended`;
    case 'refused':
      return `the inventory's PostgreSQL answers, but accepts no clients (${reason}): check its log on ${machine}; if it hangs, end it, and Cornac starts it again`;
    case 'unproven':
      return `the inventory's password is not sent: ${reason}`;
    case 'uncertified':
      return `the inventory's PostgreSQL on ${machine} gets no certificate: ${reason}. Cornac retries every 30 seconds`;
    case 'failed':
      return `the inventory cannot be started: ${reason}. Cornac retries every 30 seconds; if this lasts, check machine ${machine}, see \`cornac recover\``;
    default:
      return news satisfies never;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A server at the inventory's address controls some reasons, and must not fill the log. */
const NEXT_REASON_MS = 60_000;
const MAX_LINES = 200;

interface Reported {
  readonly at: number;
  /** The lines of all reasons so far. */
  readonly lines: ReadonlySet<string>;
}

/** The lines of a reason without their figures, because times, process ids and durations differ each time. */
function linesOf(reason: string): string[] {
  return reason.split('\n').map((line) => line.replace(/\d+/g, '0').trim());
}

/**
 * Reports each news once, until other news follow. The same news with a new reason is reported again, a
 * minute later at the earliest. `up` is reported only after a problem.
 */
export function createNews(log: KeeperLog, machine: string) {
  const reported = new Map<News, Reported>();
  const isKnown = (news: News, lines: readonly string[]): boolean => {
    const before = reported.get(news);
    if (!before) return false;
    return Date.now() - before.at < NEXT_REASON_MS || lines.every((line) => before.lines.has(line));
  };
  return {
    report(news: News, reason = ''): void {
      const isUp = news === 'up';
      const lines = linesOf(reason);
      if (isUp ? reported.size === 0 : isKnown(news, lines)) return;
      const known = reported.get(news)?.lines ?? [];
      if (isUp) reported.clear();
      else reported.set(news, { at: Date.now(), lines: new Set([...lines, ...known].slice(0, MAX_LINES)) });
      const isInfo = isUp || news === 'unfinished';
      log[isInfo ? 'info' : 'error'](describeNews(news, machine, reason));
    },
  };
}
