import { z } from 'zod';
import { list } from './decode.ts';

/** A reference to an object in a property. */
export const ref = z.object({ type: z.string(), value: z.string() });

/** An element that may occur any number of times. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.preprocess(list, z.array(item));
}
