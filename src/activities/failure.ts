import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { LOCKED, REFUSED } from '../guest/exit-status.ts';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { connectionReason } from '../inventory/database/connection-reason.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';

// An unexpected error may be transient or a bug. After this many attempts it counts as a bug.
const MAX_UNEXPECTED = 8;
// Not for these steps, which only write down what is done already: an unexpected error of the inventory must
// not fail a promise that is kept. A bug waits for the version that fixes it.
const ALWAYS_RETRIED: ReadonlySet<string> = new Set([
  'beginOperation',
  'completeOperation',
  'settleOperation',
  'noteModification',
  'forgetInstance',
  'forgetSnapshot',
  'noteSnapshot',
]);
// After three full boot timeouts another wait will not help.
const MAX_TIMEOUTS = 3;
// These pass by themselves, however long that takes.
const OUTAGES: ReadonlySet<ProviderErrorCode> = new Set([
  'Unavailable',
  'OriginBusy',
  'MachineBusy',
  'StorageFull',
]);
// A verb has waited for the lock for most of a minute each time.
const MAX_LOCKED = 2;

/**
 * Decides for every error of an activity whether another attempt is useful, and what the error is called in
 * the history. `unexpected` is the number of unexpected errors of this step, with this one. The message of an
 * error that Cornac throws on purpose is for a person and holds no secret.
 */
export function toFailure(
  error: unknown,
  unexpected: number,
  step = '',
): ApplicationFailure | CancelledFailure {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof ProviderError) {
    return failure(error.code, error, error.retryable && unexpected < mostAttempts(error));
  }
  if (error instanceof SshError) return sshFailure(error, unexpected);
  if (error instanceof AwsError) return failure(error.code, error, false);
  if (isDatabaseUnavailable(error)) {
    const reason = connectionReason(error);
    const message = `the inventory is unreachable${reason === undefined ? '' : `: ${reason}`}`;
    return ApplicationFailure.retryable(message, 'InventoryUnavailable');
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return failure('Unexpected', cause, ALWAYS_RETRIED.has(step) || unexpected < MAX_UNEXPECTED);
}

function mostAttempts({ code }: ProviderError): number {
  if (OUTAGES.has(code)) return Number.POSITIVE_INFINITY;
  return code === 'Timeout' ? MAX_TIMEOUTS : MAX_UNEXPECTED;
}

/** Whether only time or a person can explain the error. An outage does not count, however long it is. */
export function isUnexpected(error: unknown): boolean {
  if (error instanceof ProviderError) return error.retryable && !OUTAGES.has(error.code);
  if (error instanceof AwsError || error instanceof ApplicationFailure) return false;
  if (error instanceof SshError) return !error.retryable && error.exitCode !== REFUSED;
  return !isDatabaseUnavailable(error);
}

/**
 * A command's output goes only to the history, because it may name directories of the host. A refusing verb
 * gives its reason in the last line.
 */
function sshFailure(error: SshError, unexpected: number): ApplicationFailure {
  const { code, exitCode, stderr, message, retryable } = error;
  if (code !== 'CommandFailed') return failure(`Ssh${code}`, error, retryable || unexpected < MAX_UNEXPECTED);
  const isRefused = exitCode === REFUSED;
  const refusal = readRefusal(stderr);
  const end = exitCode === undefined ? 'was killed' : `ended with status ${exitCode}`;
  const text = refusal === undefined ? `a command in the machine ${end}` : `the machine reports: ${refusal}`;
  const mayRetry = !isRefused && unexpected < (exitCode === LOCKED ? MAX_LOCKED : MAX_UNEXPECTED);
  return failure('SshCommandFailed', { message: text, stack: error.stack }, mayRetry, [message]);
}

/** The last line, if a verb wrote it and it has no path. */
function readRefusal(stderr: string): string | undefined {
  const [, reason] = /^[a-z-]+: ([ -.0-~]{1,200})$/.exec(stderr.trim().split('\n').at(-1) ?? '') ?? [];
  return reason;
}

function failure(
  type: string,
  { message, stack }: { readonly message: string; readonly stack?: string | undefined },
  retryable: boolean,
  details: string[] = [],
): ApplicationFailure {
  const made = ApplicationFailure.create({ message, type, nonRetryable: !retryable, details });
  // The stack of the place where the error was thrown, not where it was translated.
  if (stack) made.stack = stack;
  return made;
}
