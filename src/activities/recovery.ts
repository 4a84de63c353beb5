const MINUTE = 60_000;

/** The start of a recovering server reports its progress. A server without progress for this long hangs. */
const MAX_SILENCE_MS = 60 * MINUTE;
/** Root on the machine controls the report, so a server that merely reports progress has a limit as well. */
const MAX_RECOVERY_MS = 24 * 60 * MINUTE;

/** How long a step has waited for a recovering server, over all attempts. Times are in ms since the epoch. */
export interface Recovery {
  readonly since: number;
  readonly said: string;
  /** The time since which the report is the same. */
  readonly saidSince: number;
}

const MAX_REPORT_CHARACTERS = 200;

/**
 * Reads a heartbeat, which any client of Temporal may have sent. A wrong one makes a step give up early or
 * late.
 */
export function readRecovery(value: unknown, now: number): Recovery | undefined {
  if (!(value instanceof Object)) return undefined;
  const { since, said, saidSince } = value as Partial<Record<keyof Recovery, unknown>>;
  const isPast = (time: unknown): time is number => typeof time === 'number' && time > 0 && time <= now;
  if (!isPast(since) || !isPast(saidSince) || typeof said !== 'string') return undefined;
  return { since, said: said.slice(0, MAX_REPORT_CHARACTERS), saidSince };
}

/** @returns how long the step has waited now, and whether that is too long */
export function waitOn(before: Recovery | undefined, text: string, now: number) {
  const said = text.slice(0, MAX_REPORT_CHARACTERS);
  const saidSince = before?.said === said ? before.saidSince : now;
  const recovery: Recovery = { since: before?.since ?? now, said, saidSince };
  const isOver = now - saidSince > MAX_SILENCE_MS || now - recovery.since > MAX_RECOVERY_MS;
  return { recovery, isOver };
}
