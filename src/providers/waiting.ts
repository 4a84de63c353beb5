import { ProviderError } from './provider.ts';

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** What is waited for, since when, until when, and what is missing: a line that changes only with these. */
export function waitingFor(what: string, since: number, until: number, missing?: string): string {
  return `waiting for ${what} since ${clock(since)}, until ${clock(until)} UTC${missing === undefined ? '' : `: ${missing}`}`;
}

/** A machine that was found off so often during one wait has a fault that another power-on does not correct. */
const TIMES_OFF = 3;

/**
 * Counts how often a machine was found off during a wait.
 * @param hint where people find the reason
 * @returns a function to call when the machine is off; its third call throws ProviderError `MachineOff`
 */
export function createOffCounter(machine: string, hint: string): () => void {
  let times = 0;
  return () => {
    times += 1;
    if (times < TIMES_OFF) return;
    throw new ProviderError(
      'MachineOff',
      `${machine} powered off ${times} times during the wait: check ${hint}`,
    );
  };
}
