import { invalidParameterValue } from '../../model/errors.ts';

/** The requested part of a list. */
export interface PageRequest {
  /** The most records in one answer. */
  readonly limit: number;
  /** Position of the last record that the caller has seen. */
  readonly after: string | undefined;
}

export interface Page<T> {
  readonly records: T[];
  /** Set when further records follow. */
  readonly marker: string | undefined;
}

const SMALLEST = 20;
const LARGEST = 100;
const DEFAULT = 100;

// Distinguishes Cornac's markers from invented text.
const PREFIX = 'after:';

function badMarker() {
  return invalidParameterValue('The parameter Marker is not valid.');
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  // PostgreSQL accepts no NUL in a text.
  if (!text.startsWith(PREFIX) || text.includes('\0')) throw badMarker();
  return text.slice(PREFIX.length);
}

/**
 * Reads MaxRecords (20-100 unless the action has other bounds, default 100) and Marker, which is opaque to
 * callers.
 * @throws invalidParameterValue
 */
export function readPageRequest(
  input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
  largest = LARGEST,
  smallest = SMALLEST,
): PageRequest {
  const { MaxRecords: limit = DEFAULT, Marker } = input;
  if (limit < smallest || limit > largest) {
    throw invalidParameterValue(
      `Invalid value ${limit} for MaxRecords. Must be between ${smallest} and ${largest}`,
    );
  }
  return { limit, after: Marker === undefined ? undefined : readMarker(Marker) };
}

/**
 * The first `limit` of `records`, which hold at least one more when the list goes on. The next request
 * returns `position` in its Marker.
 */
export function cutPage<T>(records: readonly T[], limit: number, position: (record: T) => string): Page<T> {
  const page = records.slice(0, limit);
  const last = page.at(-1);
  const more = records.length > limit && last !== undefined;
  return {
    records: page,
    marker: more ? Buffer.from(PREFIX + position(last)).toString('base64url') : undefined,
  };
}

/** Orders texts as PostgreSQL does with the collation C. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * One page of a list that is complete in memory, ordered by position. The page begins behind the position of the last
 * record that the caller has seen, even if that record has gone since.
 * @param compare orders positions
 */
export function pageOf<T>(
  records: readonly T[],
  { limit, after }: PageRequest,
  position: (record: T) => string,
  compare: (a: string, b: string) => number = compareTexts,
): Page<T> {
  const ordered = [...records].sort((a, b) => compare(position(a), position(b)));
  const rest = after === undefined ? ordered : ordered.filter((each) => compare(position(each), after) > 0);
  return cutPage(rest, limit, position);
}
