// gRPC's DEADLINE_EXCEEDED and UNAVAILABLE
const AWAY = new Set([4, 14]);

// The SDK's error where the connection of a worker is lost.
const LOST = new Set(['TransportError']);

const DEPTH = 5;

/** Whether an error means that Temporal is unreachable now, and not that the request was wrong. */
export function isTemporalAway(error: unknown, depth = 0): boolean {
  return (
    error instanceof Error &&
    depth < DEPTH &&
    (LOST.has(error.name) ||
      ('code' in error && AWAY.has(Number(error.code))) ||
      isTemporalAway(error.cause, depth + 1))
  );
}
