import { type Progress, ProviderError } from '../provider.ts';
import { waitingFor } from '../waiting.ts';
import type { Host } from './host.ts';
import type { Keeper } from './keep-running.ts';

export interface Wait<T> {
  /** What is waited for, for people: `cornac-a to shut down`. */
  readonly what: string;
  readonly deadlineMs: number;
  /** Looks. A result other than undefined ends the wait. */
  look(): Promise<T | undefined>;
  /** What is missing, by the last look, for people. */
  missing?(): string | undefined;
  /** Keeps the machine running meanwhile. `look` is not called while the machine does not run. */
  readonly keeper?: Keeper;
  /** The longest time between two looks, where no event of the domain comes earlier. */
  readonly pollMs?: number;
}

const REPORT_EVERY_MS = 5_000;

/**
 * Looks at once, at every event of the domain and at intervals. Reports what it waits for until the wait ends.
 * @throws ProviderError `Timeout`, or an error of the keeper; the reason of the caller's abort
 */
export async function waitFor<T>(host: Host, domain: string, progress: Progress, wait: Wait<T>): Promise<T> {
  const started = Date.now();
  let reported = 0;
  let reportedText = '';
  for (;;) {
    progress.signal.throwIfAborted();
    const held = await wait.keeper?.look();
    const found = held === undefined ? await wait.look() : undefined;
    if (found !== undefined) {
      if (reportedText !== '') progress.report('');
      return found;
    }
    const missing = held ?? wait.missing?.();
    const now = Date.now();
    const left = wait.deadlineMs - (now - started);
    if (left <= 0) {
      const problem = missing === undefined ? '' : `: ${missing}`;
      const text = `waited ${Math.round((now - started) / 1000)} s for ${wait.what}${problem}`;
      throw new ProviderError(wait.keeper?.failure ?? 'Timeout', text);
    }
    const text = waitingFor(wait.what, started, started + wait.deadlineMs, missing);
    if (text !== reportedText || now - reported >= REPORT_EVERY_MS) {
      reported = now;
      reportedText = text;
      progress.report(text);
    }
    await host.nextEvent(domain, Math.min(wait.pollMs ?? 1_000, left), progress.signal);
  }
}
