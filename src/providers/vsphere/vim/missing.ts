import { list } from './decode.ts';
import { localizedFault, type VimFault } from './fault.ts';

/** The faults that explain why objects of an answer (`ObjectContent`) lack requested properties. */
export function missingFaults(objects: unknown): VimFault[] {
  return list(objects)
    .flatMap((object) => list((object as { missingSet?: unknown }).missingSet))
    .map((missing) => localizedFault((missing as { fault?: unknown }).fault));
}
