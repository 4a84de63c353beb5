import { aborted } from '../system/aborted.ts';
import { type ChildEvents, type Supervised, supervise } from './child.ts';
import { NEWER_INVENTORY } from './final-end.ts';
import { spawnCornac } from './programs.ts';

export interface WorkerPoolOptions {
  readonly processes: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly events: ChildEvents;
  readonly onReady?: () => void;
  /** A task beside the workers. It runs until its signal is aborted. */
  readonly beside?: (until: AbortSignal) => Promise<void>;
}

/** Longer than a worker needs to hand over its running steps. */
const GRACE_MS = 35_000;

/**
 * Keeps worker processes running until `signal` is aborted, then ends them. Resolves when all have ended.
 * @throws FinalEndError when all have ended because the inventory is of a newer Cornac
 */
export async function runWorkerPool(options: WorkerPoolOptions): Promise<void> {
  const { processes, env, signal, events, onReady, beside } = options;
  const workers = Array.from({ length: processes }, (_, index) =>
    supervise(
      {
        name: `worker ${index + 1}`,
        start: () => spawnCornac(['worker-process'], env),
        final: NEWER_INVENTORY,
        graceMs: GRACE_MS,
      },
      events,
    ),
  );
  const own = new AbortController();
  const neighbour = beside?.(own.signal);
  const stop = () => Promise.all([...workers.map((worker) => worker.stop()), neighbour]);
  // Stops `beside` at once, not after the workers' grace time, because a machine may be about to be stopped.
  aborted(signal).then(() => own.abort());
  try {
    await untilReady(workers, signal);
    if (!signal.aborted) onReady?.();
    await Promise.race([aborted(signal), ...workers.map(({ ended }) => ended)]);
  } finally {
    own.abort();
    await stop();
  }
}

async function untilReady(workers: readonly Supervised[], signal: AbortSignal): Promise<void> {
  await Promise.race([
    Promise.all(workers.map(({ ready }) => ready)),
    ...workers.map(({ ended }) => ended),
    aborted(signal),
  ]);
}
