import { invalidParameterValue } from '../../model/errors.ts';

/** Which part of a list is wanted. */
export interface PageRequest {
  /** Most records in the answer. */
  readonly limit: number;
  /** Position of the last record that the caller has seen. */
  readonly after: string | undefined;
}

export interface Page<T> {
  readonly records: T[];
  /** Set when there is more. */
  readonly marker: string | undefined;
}

const SMALLEST = 20;
const DEFAULT = 100;

// So that a marker of ours is told from a word that somebody made up.
const PREFIX = 'after:';

function badMarker() {
  return invalidParameterValue('The parameter Marker is not valid.');
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  // PostgreSQL takes no NUL in a text.
  if (!text.startsWith(PREFIX) || text.includes('\0')) throw badMarker();
  return text.slice(PREFIX.length);
}

/**
 * Reads MaxRecords (20-100 unless the action allows more, default 100) and Marker, which callers do not look into.
 * @throws invalidParameterValue
 */
export function readPageRequest(
  input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
  largest = 100,
): PageRequest {
  const { MaxRecords: limit = DEFAULT, Marker } = input;
  if (limit < SMALLEST || limit > largest) {
    throw invalidParameterValue(
      `Invalid value ${limit} for MaxRecords. Must be between ${SMALLEST} and ${largest}`,
    );
  }
  return { limit, after: Marker === undefined ? undefined : readMarker(Marker) };
}

/**
 * The first `limit` of `records`, which hold at least one more than that when there is more. `position` is what the
 * next request comes back with.
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
 * One page of a list that is all there, ordered by position. It begins behind the position of the record that the caller has
 * seen last, whether that record is still there or not.
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
