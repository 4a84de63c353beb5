import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { supervise } from '../../src/supervisor/child.ts';
import { createChildLog } from '../../src/supervisor/child-log.ts';
import { familyOf } from '../acceptance/processes.ts';
import type { LogBook } from '../chaos/log-book.ts';
import type { User } from '../support/postgres.ts';

export interface ServiceSpec {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
  /** The user of the process; by default this process's user. */
  readonly user?: User | undefined;
  /** Resolves when the service serves, rejects otherwise. `said` returns its log since its start. */
  readonly probe: (said: () => string) => Promise<unknown>;
  /** Whether an end that the test has not caused is an accident, although the service is started again. */
  readonly mustNotEnd?: boolean;
  readonly stopSignal?: NodeJS.Signals;
}

/** A process that is started again when it ends, as by systemd with `Restart=always`. */
export interface Service {
  readonly name: string;
  isReady(): boolean;
  untilReady(): Promise<void>;
  /**
   * `kill -9`; with `whole` also the children, as systemd does with the remaining processes of a service. Waits for a
   * process that is being started again. @returns false where no process runs
   */
  kill(options?: { readonly whole?: boolean }): Promise<boolean>;
  /** Prevents a new start until `release`. */
  hold(): void;
  release(): void;
  /** How often it ended by itself although it must not. */
  accidents(): number;
  stop(): Promise<void>;
}

export interface Place {
  readonly logs: string;
  readonly book: LogBook;
}

const POLL_MS = 100;
const READY_MS = 120_000;
const GRACE_MS = 25_000;

export function startService(spec: ServiceSpec, { logs, book }: Place): Service {
  const { name, command, env = process.env, user, probe } = spec;
  const [program, ...args] = command;
  const log = createChildLog(logs, name);
  let isServing = false;
  let isKilled = false;
  let isStopping = false;
  let accidents = 0;
  let startedFrom = 0;
  const said = () => readFileSync(log.file).subarray(startedFrom).toString();
  let held: PromiseWithResolvers<void> | undefined;

  const awaitProbe = async (_child: ChildProcess, signal: AbortSignal) => {
    while (
      !(await probe(said).then(
        () => true,
        () => false,
      ))
    ) {
      await sleep(POLL_MS, undefined, { signal });
    }
    signal.throwIfAborted();
    isServing = true;
  };
  const child = supervise(
    {
      name,
      start: async () => {
        await held?.promise;
        startedFrom = statSync(log.file, { throwIfNoEntry: false })?.size ?? 0;
        return log.withDescriptor((output) =>
          spawn(program, args, { env, ...user, detached: true, stdio: ['ignore', output, output] }),
        );
      },
      ready: awaitProbe,
      graceMs: GRACE_MS,
    },
    {
      ended: (_name, how, pauseMs) => {
        isServing = false;
        book.note(`${name} ${how}; started again in ${pauseMs} ms`);
        if (!isKilled && !isStopping && spec.mustNotEnd) {
          accidents += 1;
          book.say(`${name} ${how} by itself`);
        }
        isKilled = false;
      },
    },
  );
  return {
    name,
    isReady: () => isServing,
    async untilReady() {
      await child.ready;
      for (const deadline = Date.now() + READY_MS; !isServing; await sleep(POLL_MS)) {
        if (Date.now() > deadline) throw new Error(`${name} does not get ready: ${log.tail(5).join('\n')}`);
      }
    },
    async kill({ whole = false } = {}) {
      for (const deadline = Date.now() + READY_MS; ; await sleep(POLL_MS)) {
        const pid = child.pid();
        if (pid !== undefined) {
          const family = whole ? familyOf(pid) : [{ pid }];
          isKilled = true;
          isServing = false;
          if (family.map((each) => killProcess(each.pid)).some(Boolean)) return true;
          isKilled = false;
        }
        if (held || isStopping || Date.now() > deadline) return false;
      }
    },
    hold() {
      held ??= withResolvers();
    },
    release() {
      held?.resolve();
      held = undefined;
    },
    accidents: () => accidents,
    async stop() {
      isStopping = true;
      held?.resolve();
      const pid = child.pid();
      if (spec.stopSignal && pid !== undefined) killProcess(pid, spec.stopSignal);
      await child.stop();
    },
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve = () => {};
  const promise = new Promise<void>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}

function killProcess(pid: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // The process has ended this moment.
  }
}
