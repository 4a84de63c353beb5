const CODE = 'CORNAC';

/** Warns the operator: a server writes it into its log, a command shows it as a sentence. */
export function warn(message: string): void {
  process.emitWarning(message, { code: CODE });
}

/** Whether a warning of the process is Cornac's own, and not one of Node or of a library. */
export function isOwnWarning(warning: Error): boolean {
  return 'code' in warning && warning.code === CODE;
}
