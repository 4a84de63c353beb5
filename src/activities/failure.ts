import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isDatabaseUnavailable } from '../inventory/database/client.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';

// An unexpected error may be transient or a bug: after so many attempts it counts as a bug.
const PATIENCE = 8;
// Not here, where all is done and only to be written down: what was promised must not fail for an error of the inventory's
// that nobody foresaw. A bug waits for the version that mends it.
const PATIENT: ReadonlySet<string> = new Set([
  'beginOperation',
  'completeOperation',
  'settleOperation',
  'noteModification',
  'forgetInstance',
]);
// After three full boot timeouts another wait will not help.
const WAITS = 3;
// The status with which a guest's verb refuses what it would refuse again: appliance/guest/lib.sh.
const REFUSED = 65;

/**
 * Decides for every error of an activity: is another attempt worth it, and what is it called in the history?
 * `unforeseen` counts the errors of this step, this one included, that nobody foresaw. The message of an error that we
 * throw on purpose is for a person and holds no secret.
 */
export function toFailure(
  error: unknown,
  unforeseen: number,
  step = '',
): ApplicationFailure | CancelledFailure {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof ProviderError) {
    const inVain = error.code === 'Timeout' && unforeseen >= WAITS;
    return failure(error.code, error, error.retryable && !inVain);
  }
  if (error instanceof SshError) return sshFailure(error, unforeseen);
  if (error instanceof AwsError) return failure(error.code, error, false);
  if (isDatabaseUnavailable(error)) {
    return ApplicationFailure.retryable('the inventory cannot be reached', 'InventoryUnavailable');
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return failure('Unexpected', cause, PATIENT.has(step) || unforeseen < PATIENCE);
}

/** Whether an error is one that only time or a person explains; an outage, however long, is none. */
export function isUnforeseen(error: unknown): boolean {
  if (error instanceof ProviderError) return error.code === 'Timeout';
  if (error instanceof AwsError || error instanceof ApplicationFailure) return false;
  if (error instanceof SshError) return !error.retryable && error.exitCode !== REFUSED;
  return !isDatabaseUnavailable(error);
}

/** What a command wrote is for the history: it may name directories of the host. A verb that refuses says why in its last line. */
function sshFailure(error: SshError, unforeseen: number): ApplicationFailure {
  const { code, exitCode, stderr, message, retryable } = error;
  if (code !== 'CommandFailed') return failure(`Ssh${code}`, error, retryable || unforeseen < PATIENCE);
  const isRefused = exitCode === REFUSED;
  const reason = toldBy(stderr);
  const end = exitCode === undefined ? 'was ended' : `ended with status ${exitCode}`;
  const told = reason === undefined ? `a step in the machine ${end}` : `the machine says: ${reason}`;
  const mayPass = !isRefused && unforeseen < PATIENCE;
  return failure('SshCommandFailed', { message: told, stack: error.stack }, mayPass, [message]);
}

/** The last line, where it is a verb's own and has no path. */
function toldBy(stderr: string): string | undefined {
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
  // Where it was thrown, not where it was translated.
  if (stack) made.stack = stack;
  return made;
}
