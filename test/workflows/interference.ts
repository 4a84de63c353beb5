import { ApplicationFailure } from '@temporalio/common';
import type { Interference } from '../support/world.ts';

function passing() {
  return ApplicationFailure.retryable('the test cuts in', 'Injected');
}
function lasting() {
  return ApplicationFailure.nonRetryable('the test cuts in for good', 'Injected');
}

/** Records the steps without interfering. */
export function record(steps: string[]): Interference {
  return (step, run) => {
    steps.push(step);
    return run();
  };
}

/** Fails every step before its effect, then after it, and then runs it twice in a row. */
export function failEveryStep(): Interference {
  const attempts = new Map<string, number>();
  return async (step, run) => {
    const attempt = (attempts.get(step) ?? 0) + 1;
    attempts.set(step, attempt);
    if (attempt === 1) throw passing();
    const result = await run();
    if (attempt === 2) throw passing();
    return attempt === 3 ? run() : result;
  };
}

/** Fails one step for good, before or after its effect; only once, so that a later operation may succeed. */
export function failForGood(victim: string, when: 'before' | 'after'): Interference {
  let done = false;
  return async (step, run) => {
    if (step !== victim || done) return run();
    done = true;
    if (when === 'after') await run();
    throw lasting();
  };
}

/** Cuts the power just before the first attempt of each of these steps. */
export function cutPower(victims: readonly string[], switchOff: () => Promise<void>): Interference {
  const left = new Set(victims);
  return async (step, run) => {
    if (left.delete(step)) await switchOff();
    return run();
  };
}
