import { lookFor, resultsOf } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { toProviderError } from '../errors.ts';

const translated = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toProviderError(error);
  }
};

/** `lookFor`, where vCenter is asked. */
export const look = <T>(what: string, find: () => Promise<T>, describe?: (value: T) => string) =>
  lookFor(what, () => translated(find), describe);

/** `resultsOf`, where vCenter is asked. */
export const ask = (what: string, check: () => Promise<readonly CheckResult[]>) =>
  resultsOf(what, () => translated(check));
