// gRPC's DEADLINE_EXCEEDED and UNAVAILABLE
const UNAVAILABLE_CODES = new Set([4, 14]);

// The SDK's error where the connection of a worker is lost.
const LOST = new Set(['TransportError']);

const DEPTH = 5;

/** Whether an error means that Temporal is unreachable now, and not that the request was wrong. */
export function isTemporalUnavailable(error: unknown, depth = 0): boolean {
  return (
    error instanceof Error &&
    depth < DEPTH &&
    (LOST.has(error.name) ||
      ('code' in error && UNAVAILABLE_CODES.has(Number(error.code))) ||
      isTemporalUnavailable(error.cause, depth + 1))
  );
}
