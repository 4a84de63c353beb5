import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isDatabaseUnavailable } from '../inventory/client.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';

// An error that nobody foresaw may pass by itself, or it is a bug: after so many attempts it counts as one.
const PATIENCE = 8;
// A machine that was waited for in vain, each time for as long as any boot may take, has something else.
const WAITS = 3;

/**
 * Decides for every error of an activity: is another attempt worth it, and what is it called in the history?
 * `unforeseen` counts the errors of this step, this one included, that nobody foresaw. The message of an error that we
 * throw on purpose is for a person and holds no secret.
 */
export const toFailure = (error: unknown, unforeseen: number): ApplicationFailure | CancelledFailure => {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof ProviderError) {
    const inVain = error.code === 'Timeout' && unforeseen >= WAITS;
    return failure(error.code, error, error.retryable && !inVain);
  }
  if (error instanceof SshError)
    return failure(`Ssh${error.code}`, error, error.retryable || unforeseen < PATIENCE);
  if (error instanceof AwsError) return failure(error.code, error, false);
  if (isDatabaseUnavailable(error)) {
    return ApplicationFailure.retryable('the inventory cannot be reached', 'InventoryUnavailable');
  }
  const cause = error instanceof Error ? error : new Error(String(error));
  return failure('Unexpected', cause, unforeseen < PATIENCE);
};

/** Whether an error is one that only time or a person explains; an outage, however long, is none. */
export const isUnforeseen = (error: unknown): boolean => {
  if (error instanceof ProviderError) return error.code === 'Timeout';
  if (error instanceof AwsError || error instanceof ApplicationFailure) return false;
  if (error instanceof SshError) return !error.retryable;
  return !isDatabaseUnavailable(error);
};

const failure = (type: string, { message, stack }: Error, retryable: boolean): ApplicationFailure => {
  const made = ApplicationFailure.create({ message, type, nonRetryable: !retryable });
  // Where it was thrown, not where it was translated.
  if (stack) made.stack = stack;
  return made;
};
