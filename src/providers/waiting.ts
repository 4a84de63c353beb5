const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** What is waited for, since when, until when, and what is in the way, in one line that changes only with that. */
export const waitingFor = (what: string, since: number, until: number, lack?: string): string =>
  `waiting for ${what} since ${clock(since)}, until ${clock(until)} UTC${lack === undefined ? '' : `: ${lack}`}`;
