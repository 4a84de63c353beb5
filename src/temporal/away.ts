// gRPC's DEADLINE_EXCEEDED and UNAVAILABLE
const AWAY = new Set([4, 14]);

// What Temporal's SDK says where a worker's own connection is lost.
const LOST = new Set(['TransportError']);

/** Whether an error says that Temporal cannot be reached now, and not that the question was wrong. */
export const isTemporalAway = (error: unknown): boolean =>
  error instanceof Error &&
  [error, error.cause].some(
    (each) =>
      each instanceof Error && (LOST.has(each.name) || ('code' in each && AWAY.has(Number(each.code)))),
  );
