import { aborted } from '../aborted.ts';
import { type ChildEvents, type Supervised, supervise } from './child.ts';
import { spawnCornac } from './programs.ts';

export interface WorkerPoolOptions {
  readonly processes: number;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly events: ChildEvents;
  readonly onReady?: () => void;
}

/** More than the worker takes to hand its running steps over. */
const graceMs = 35_000;

/** Keeps worker processes running until `signal` is aborted; then ends them, and resolves when all are gone. */
export const runWorkerPool = async (options: WorkerPoolOptions): Promise<void> => {
  const { processes, env, signal, events, onReady } = options;
  const workers = Array.from({ length: processes }, (_, index) =>
    supervise(
      { name: `worker ${index + 1}`, start: () => spawnCornac(['worker-process'], env), graceMs },
      events,
    ),
  );
  const stop = () => Promise.all(workers.map((worker) => worker.stop()));
  try {
    await untilReady(workers, signal);
    if (!signal.aborted) onReady?.();
    await aborted(signal);
  } finally {
    await stop();
  }
};

const untilReady = async (workers: readonly Supervised[], signal: AbortSignal): Promise<void> => {
  await Promise.race([Promise.all(workers.map(({ ready }) => ready)), aborted(signal)]);
};
