const CODE = 'CORNAC';

/** Warns the operator: a server logs the message, a command prints it as a sentence. */
export function warn(message: string): void {
  process.emitWarning(message, { code: CODE });
}

/** Whether a process warning is Cornac's own, not one of Node or of a library. */
export function isOwnWarning(warning: Error): boolean {
  return 'code' in warning && warning.code === CODE;
}
