import { printable } from '../system/printable.ts';

export type SshErrorCode =
  | 'Unreachable' // no server answers at the address (yet)
  | 'HostKeyMismatch' // another server answers
  | 'AuthenticationFailed'
  | 'CommandFailed'
  | 'OutputTooLong'
  | 'Timeout'
  | 'Disconnected'; // the connection broke; whether the command has ended is unknown

interface Details {
  readonly exitCode?: number | undefined;
  readonly stderr?: string;
  readonly cause?: unknown;
}

/** An SSH failure. The message names the target and the end of stderr, never the command or its input. */
export class SshError extends Error {
  override readonly name = 'SshError';
  readonly code: SshErrorCode;
  /** Exit status of a failed command; undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last few KiB of a failed command's stderr, see `printable`. */
  readonly stderr: string;
  /** Whether the same call may succeed later without any intervention. */
  readonly retryable: boolean;

  constructor(code: SshErrorCode, message: string, details: Details = {}) {
    super(printable(message), { cause: details.cause });
    this.code = code;
    this.exitCode = details.exitCode;
    this.stderr = printable(details.stderr ?? '');
    this.retryable = code === 'Unreachable' || code === 'Timeout' || code === 'Disconnected';
  }
}
