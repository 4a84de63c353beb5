import { type Progress, ProviderError } from '../provider.ts';
import type { Host } from './host.ts';

export interface Wait<T> {
  /** What is waited for, for people: `cornac-a to shut down`. */
  readonly what: string;
  readonly deadlineMs: number;
  /** Looks; something other than undefined ends the wait. */
  look(): Promise<T | undefined>;
  /** How long to wait for an event before looking again: where no event comes, how often to look. */
  readonly pollMs?: number;
}

const REPORT_EVERY_MS = 5_000;

/**
 * Looks at once, at every event of the domain and from time to time.
 * @throws ProviderError `Timeout`, or the reason of the caller's abort
 */
export async function waitFor<T>(host: Host, domain: string, progress: Progress, wait: Wait<T>): Promise<T> {
  const started = Date.now();
  let reported = started;
  for (;;) {
    progress.signal.throwIfAborted();
    const found = await wait.look();
    if (found !== undefined) return found;
    const now = Date.now();
    if (now - started >= wait.deadlineMs) {
      throw new ProviderError('Timeout', `waited ${Math.round((now - started) / 1000)} s for ${wait.what}`);
    }
    if (now - reported >= REPORT_EVERY_MS) {
      reported = now;
      progress.report(`waiting for ${wait.what}`);
    }
    const left = wait.deadlineMs - (now - started);
    await host.nextEvent(domain, Math.min(wait.pollMs ?? 1_000, left), progress.signal);
  }
}
