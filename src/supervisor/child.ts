import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { abortWith } from '../system/abort-with.ts';
import { createBackoff } from './backoff.ts';
import { type FinalEnd, FinalEndError } from './final-end.ts';

export interface ChildSpec {
  readonly name: string;
  /** Starts the process, `detached`, because it must not end with the terminal. */
  readonly start: () => ChildProcess | Promise<ChildProcess>;
  /**
   * Resolves when the started process serves; default: when it calls `announceReady`. Rejects when it will
   * never serve although it lives. Until then it reports to `reportProblem` why the process does not serve yet.
   */
  readonly ready?: (
    child: ChildProcess,
    signal: AbortSignal,
    reportProblem: (why: string) => void,
  ) => Promise<void>;
  /** An end that is final: it is not started again. */
  readonly final?: FinalEnd;
  /** Time between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

export interface ChildEvents {
  started?(name: string, pid: number): void;
  ended?(name: string, how: string, restartInMs: number): void;
  /** The process lives but does not serve: it is late, or `ready` has rejected. */
  notReady?(name: string, why: string): void;
}

export interface Supervised {
  /**
   * Resolves when the child serves for the first time. Rejects after 4 failed starts, when `ready` of the
   * spec rejects, when the child's end is final, or when the child is stopped first.
   */
  readonly ready: Promise<void>;
  /** Rejects with FinalEndError when the child's end is final, and never settles otherwise. */
  readonly ended: Promise<void>;
  /** The pid of the present process, if it runs. */
  pid(): number | undefined;
  /** Ends the child for good. A second call kills it. */
  stop(): Promise<void>;
}

const STARTS_TO_TRY = 4;
/** A child that does not serve is reported this often. */
const NOT_READY_MS = 30_000;

/** Keeps a process running: starts it, and starts it again whenever it ends, until it is stopped. */
export function supervise(
  spec: ChildSpec,
  events: ChildEvents = {},
  { notReadyMs = NOT_READY_MS }: { readonly notReadyMs?: number } = {},
): Supervised {
  const stopping = new AbortController();
  const backoff = createBackoff();
  const { promise: ready, resolve, reject } = withResolvers();
  const { promise: finalEnd, reject: rejectFinalEnd } = withResolvers();
  let child: ChildProcess | undefined;
  let everReady = false;
  let lastEnd = '';

  const reportEnd = (how: string, pause: number): void => {
    lastEnd = how;
    events.ended?.(spec.name, how, pause);
  };

  /** @returns the pause before the next start; undefined where there is to be none */
  const runOnce = async (): Promise<number | undefined> => {
    const startedAt = Date.now();
    let current: ChildProcess;
    try {
      const started = spec.start();
      // A ChildProcess is not awaited, because it may emit `error` before the await resumes.
      current = started instanceof Promise ? await started : started;
    } catch (error) {
      const pause = backoff.next(0, false);
      reportEnd(`cannot be started: ${error instanceof Error ? error.message : error}`, pause);
      return pause;
    }
    child = current;
    const end = ended(current);
    if (stopping.signal.aborted) current.kill('SIGTERM');
    if (current.pid !== undefined) events.started?.(spec.name, current.pid);
    const gone = abortWith(stopping.signal);
    let wasReady = false;
    let problem = '';
    const serve = (spec.ready ?? announced)(current, gone.signal, (reason) => {
      problem = `: ${reason}`;
    });
    const reminder = setInterval(
      () => events.notReady?.(spec.name, `is not ready after ${seconds(Date.now() - startedAt)} s${problem}`),
      notReadyMs,
    );
    serve
      .then(
        () => {
          wasReady = true;
          everReady = true;
          resolve();
        },
        (error) => {
          if (gone.signal.aborted) return;
          const how = `cannot become ready: ${error instanceof Error ? error.message : error}`;
          if (everReady) events.notReady?.(spec.name, how);
          else reject(new Error(`${spec.name} ${how}`, { cause: error }));
        },
      )
      .finally(() => clearInterval(reminder));
    const { how, status } = await end;
    gone.abort();
    clearInterval(reminder);
    child = undefined;
    if (stopping.signal.aborted) return 0;
    if (spec.final !== undefined && status === spec.final.status) {
      const error = new FinalEndError(spec.name, spec.final);
      reject(error);
      rejectFinalEnd(error);
      return undefined;
    }
    const pause = backoff.next(Date.now() - startedAt, wasReady);
    reportEnd(how, pause);
    return pause;
  };

  const run = async () => {
    for (let starts = 1; !stopping.signal.aborted; starts++) {
      const pause = await runOnce();
      if (pause === undefined) return;
      if (!everReady && starts >= STARTS_TO_TRY) {
        reject(new Error(`${spec.name} does not start: it ${lastEnd}`));
        return;
      }
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
    reject(new Error(`${spec.name} was stopped`));
  };
  const running = run();

  return {
    ready,
    ended: finalEnd,
    pid: () => child?.pid,
    async stop() {
      if (stopping.signal.aborted) child?.kill('SIGKILL');
      stopping.abort();
      child?.kill('SIGTERM');
      const deadline = setTimeout(() => child?.kill('SIGKILL'), spec.graceMs);
      await running;
      clearTimeout(deadline);
    },
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed();
}

/** How a process ended, in words, and with which status. A process that could not be started has ended as well. */
function ended(child: ChildProcess): Promise<{ readonly how: string; readonly status?: number | null }> {
  return new Promise((resolve) => {
    child.once('exit', (status, signal) =>
      resolve({ how: signal ? `was killed (${signal})` : `ended with status ${status}`, status }),
    );
    child.once('error', (error) => resolve({ how: `could not be started: ${error.message}` }));
  });
}

function announced(child: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message === READY_MESSAGE) resolve();
    });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export const READY_MESSAGE = 'ready';

function withResolvers() {
  let resolve = () => {};
  let reject = (_: Error) => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Callers that await the promise get the failure. Without a caller it must not crash the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
