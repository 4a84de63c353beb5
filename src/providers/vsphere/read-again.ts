import { isFault } from './vim/fault.ts';

const TRIES = 5;

/**
 * Reads of several objects what is read in two calls: which there are, and what they are. One that goes in between fails the
 * second, so both are made again.
 * @throws VimFault `ManagedObjectNotFound` when one goes each time
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
