import { ProviderError } from './provider.ts';

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** What is waited for, since when, until when, and what is in the way, in one line that changes only with that. */
export function waitingFor(what: string, since: number, until: number, lack?: string): string {
  return `waiting for ${what} since ${clock(since)}, until ${clock(until)} UTC${lack === undefined ? '' : `: ${lack}`}`;
}

/** A machine that was found off so often while it was waited for has something that power alone does not mend. */
const TIMES_OFF = 3;

/**
 * Counts how often a machine was found off while it was waited for.
 * @param hint where people find out why
 * @returns to be called each time; throws ProviderError `MachineOff` when it was too often
 */
export function createOffCounter(machine: string, hint: string): () => void {
  let times = 0;
  return () => {
    times += 1;
    if (times < TIMES_OFF) return;
    throw new ProviderError(
      'MachineOff',
      `${machine} went off ${times} times while it was waited for: look at ${hint}`,
    );
  };
}
