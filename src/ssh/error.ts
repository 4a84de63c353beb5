import { printable } from '../system/printable.ts';

export type SshErrorCode =
  | 'Unreachable' // nobody answers at the address (yet)
  | 'HostKeyMismatch' // somebody else answers
  | 'AuthenticationFailed'
  | 'CommandFailed'
  | 'OutputTooLong'
  | 'Timeout'
  | 'Disconnected'; // the connection broke; whether the command ran to its end is not known

interface Details {
  readonly exitCode?: number | undefined;
  readonly stderr?: string;
  readonly cause?: unknown;
}

/** What goes wrong over SSH. The message names the target and the end of stderr, never the command or its input. */
export class SshError extends Error {
  override readonly name = 'SshError';
  readonly code: SshErrorCode;
  /** Exit status of a command that failed; undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last few KiB of what a failed command wrote to stderr, see `printable`. */
  readonly stderr: string;
  /** Whether the same call may succeed later without anybody doing anything. */
  readonly retryable: boolean;

  constructor(code: SshErrorCode, message: string, details: Details = {}) {
    super(printable(message), { cause: details.cause });
    this.code = code;
    this.exitCode = details.exitCode;
    this.stderr = printable(details.stderr ?? '');
    this.retryable = code === 'Unreachable' || code === 'Timeout' || code === 'Disconnected';
  }
}
