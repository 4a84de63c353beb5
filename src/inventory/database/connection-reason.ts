// The codes of errors whose messages Node.js itself makes, of a system call and an address.
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const DEPTH = 6;

/**
 * Why no connection to the inventory was made, with its host, for operators. Undefined where the error names
 * no host. The text holds no secret, because only addresses and the system's own messages are taken.
 */
export function connectionReason(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Object) || depth > DEPTH) return undefined;
  const { code, message, kind, host, port, cause, meta, errors } = error as Record<string, unknown>;
  if (typeof code === 'string' && SOCKET_CODES.has(code) && typeof message === 'string' && message !== '') {
    return message;
  }
  // The adapter of Prisma keeps no message.
  if (kind === 'DatabaseNotReachable' && typeof host === 'string') {
    return port === undefined ? `${host} does not resolve` : `${host}:${String(port)} refuses connections`;
  }
  const driver = meta instanceof Object ? (meta as Record<string, unknown>).driverAdapterError : undefined;
  // Of an AggregateError, with a part for each address of the host.
  const parts = Array.isArray(errors) ? errors : [];
  for (const each of [driver, cause, ...parts]) {
    const reason = connectionReason(each, depth + 1);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
