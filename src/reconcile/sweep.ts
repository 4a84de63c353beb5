import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../model/db-instance/instance.ts';
import { type Answer, probePostgres } from './postgres-probe.ts';

export interface SweepPace {
  /** Probes per second. */
  readonly rate: number;
  /** Open probes at once. */
  readonly inFlight: number;
  /** How long a probe waits. */
  readonly answerMs: number;
}

const TICK_MS = 20;

/**
 * Probes the servers of these instances at an even pace, so that a sweep of thousands causes no burst.
 * @returns the instances that did not answer; without those that could not be probed from here
 */
export async function sweepServers(
  instances: readonly Instance[],
  { rate, inFlight, answerMs }: SweepPace,
  signal: AbortSignal,
): Promise<Instance[]> {
  const down: Instance[] = [];
  const open = new Set<Promise<void>>();
  const ask = (instance: Instance): void => {
    const answered = (answer: Answer) => {
      open.delete(question);
      if (answer === 'down') down.push(instance);
    };
    const question = probePostgres(instance.address ?? '', instance.port, answerMs).then(answered);
    open.add(question);
  };
  const began = Date.now();
  for (let next = 0; next < instances.length && !signal.aborted; ) {
    const due = Math.min(instances.length, 1 + Math.floor(((Date.now() - began) * rate) / 1000));
    for (; next < due && open.size < inFlight; next++) {
      const instance = instances[next];
      if (instance) ask(instance);
    }
    if (next < instances.length) await delay(TICK_MS);
  }
  await Promise.all(open);
  return signal.aborted ? [] : down;
}
