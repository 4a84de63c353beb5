import { list } from './decode.ts';
import { localizedFault, type VimFault } from './fault.ts';

/** Why objects of an answer (`ObjectContent`) lack properties that were asked for. */
export const missingFaults = (objects: unknown): VimFault[] =>
  list(objects)
    .flatMap((object) => list((object as { missingSet?: unknown }).missingSet))
    .map((missing) => localizedFault((missing as { fault?: unknown }).fault));
