// gRPC's DEADLINE_EXCEEDED and UNAVAILABLE
const AWAY = new Set([4, 14]);

// What Temporal's SDK says where a worker's own connection is lost.
const LOST = new Set(['TransportError']);

const DEPTH = 5;

/** Whether an error says that Temporal cannot be reached now, and not that the question was wrong. */
export function isTemporalAway(error: unknown, depth = 0): boolean {
  return (
    error instanceof Error &&
    depth < DEPTH &&
    (LOST.has(error.name) ||
      ('code' in error && AWAY.has(Number(error.code))) ||
      isTemporalAway(error.cause, depth + 1))
  );
}
