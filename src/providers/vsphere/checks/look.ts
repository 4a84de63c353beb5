import { checkValue, resultsOf } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { toProviderError } from '../errors.ts';

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toProviderError(error);
  }
}

/** `checkValue` for calls to vCenter. */
export function look<T>(what: string, find: () => Promise<T>, describe?: (value: T) => string) {
  return checkValue(what, () => translated(find), describe);
}

/** `resultsOf` for calls to vCenter. */
export function ask(what: string, check: () => Promise<readonly CheckResult[]>) {
  return resultsOf(what, () => translated(check));
}
