import { invalidParameterCombination, invalidParameterValue } from '../../model/errors.ts';

const MINUTE = 60 * 1000;
const DEFAULT_MINUTES = 60;
// Events are kept for 14 days.
const MAX_MINUTES = 14 * 24 * 60;

// The range of times that a database can hold: years 1 to 9999. A computed time is clamped to it.
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

function at(millis: number): Date {
  return new Date(Math.min(Math.max(millis, FIRST), LAST));
}

/** Members of DescribeEvents that limit the time span. */
export interface SpanRequest {
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
  /** Minutes */
  readonly Duration?: number | undefined;
}

/**
 * The requested time span: the last hour where the request has no member of it (API_DescribeEvents). A
 * duration reaches back from the end, or forward from a start without an end.
 * @throws invalidParameterValue, invalidParameterCombination
 */
export function readSpan(
  { StartTime: start, EndTime: end, Duration: minutes }: SpanRequest,
  now: Date,
): { from: Date; to: Date } {
  if (minutes !== undefined && (minutes < 1 || minutes > MAX_MINUTES)) {
    throw invalidParameterValue(
      `Invalid value ${minutes} for Duration. Must be between 1 and ${MAX_MINUTES}`,
    );
  }
  const length = (minutes ?? DEFAULT_MINUTES) * MINUTE;
  const onFromStart = start && minutes !== undefined ? at(start.getTime() + length) : now;
  const to = end ?? onFromStart;
  const from = start ?? at(to.getTime() - length);
  if (from > to) throw invalidParameterCombination('StartTime must not be after EndTime.');
  return { from, to };
}
