import { isFault } from './vim/fault.ts';

const TRIES = 5;

/**
 * Repeats a read that takes two calls: one lists objects, one reads them. The second call fails when an
 * object is deleted in between, so both calls are repeated.
 * @throws VimFault `ManagedObjectNotFound` when an object is deleted during each attempt
 */
export async function readAgainWhenOneGoes<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (!isFault(error, 'ManagedObjectNotFound') || tries === TRIES) throw error;
    }
  }
}
