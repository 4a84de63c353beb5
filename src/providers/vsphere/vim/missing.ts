import { list } from './decode.ts';
import { localizedFault, type VimFault } from './fault.ts';

/** Why objects of an answer (`ObjectContent`) lack properties that were asked for. */
export function missingFaults(objects: unknown): VimFault[] {
  return list(objects)
    .flatMap((object) => list((object as { missingSet?: unknown }).missingSet))
    .map((missing) => localizedFault((missing as { fault?: unknown }).fault));
}
