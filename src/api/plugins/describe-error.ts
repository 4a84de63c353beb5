/** Causes below this depth are left out, because they add nothing and a chain of causes may be a ring. */
const MAX_CAUSES = 5;

/**
 * An error for the log: its type and stack, with its causes. Other properties are left out because drivers
 * put rows and parameters there. `secrets` are struck out wherever they stand.
 */
export function describeError(error: unknown, secrets: readonly string[], depth = 0): object {
  const hide = (text: string) =>
    secrets
      .filter((secret) => secret !== '')
      .reduce((hidden, secret) => hidden.replaceAll(secret, '[redacted]'), text);
  if (!(error instanceof Error)) return { type: typeof error, message: hide(String(error)) };
  return {
    type: error.name,
    ...('code' in error ? { code: error.code } : {}),
    message: hide(error.message),
    stack: hide(error.stack ?? ''),
    ...(error.cause !== undefined && depth < MAX_CAUSES
      ? { cause: describeError(error.cause, secrets, depth + 1) }
      : {}),
  };
}
