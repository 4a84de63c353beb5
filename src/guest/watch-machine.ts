import { setTimeout as delay } from 'node:timers/promises';
import { describePause, mayResume, type Pause } from '../model/server/pause.ts';
import { SshError } from '../ssh/error.ts';
import { abortWith } from '../system/abort-with.ts';
import type { GuestMachine } from './machine.ts';

/** The state of a machine at its provider. */
export interface MachineState {
  readonly state: 'running' | 'stopped';
  /** Absent where the machine is not paused. */
  readonly paused?: Pause;
}

/** Looks at the machine. Changes nothing. */
export type LookAtMachine = (machine: GuestMachine) => Promise<MachineState | undefined>;

/** Most commands end earlier. SSH notices a machine that lost its power only after 40 seconds. */
const EVERY_MS = 10_000;

interface Watch {
  readonly look: LookAtMachine;
  readonly report?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly everyMs?: number;
}

/**
 * Runs `work` in a machine, and looks at the machine while the work takes long. Where a person has paused the
 * machine, this is reported, and the work waits as long as SSH does.
 * @throws SshError `Disconnected` where the machine went off, or where it is paused and Cornac may resume it,
 * because the next attempt begins with the start of the machine
 */
export async function watchMachine<T>(
  machine: GuestMachine,
  { look, report, signal, everyMs = EVERY_MS }: Watch,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const running = abortWith(signal ?? new AbortController().signal);
  const over = new AbortController();
  let isReported = false;

  /** Why the work cannot go on. */
  const findEnd = async (): Promise<string | undefined> => {
    // An unreachable provider does not end the work, because the machine may run.
    const found = await look(machine).catch((): MachineState => ({ state: 'running' }));
    if (!found) return 'no longer exists';
    const paused = found.paused ? `is ${describePause(found.paused)}` : undefined;
    if (paused !== undefined && !over.signal.aborted) report?.(`${machine.name} ${paused}`);
    else if (isReported) report?.('');
    isReported = paused !== undefined;
    if (found.paused) return mayResume(found.paused) ? paused : undefined;
    return found.state === 'stopped' ? 'powered off' : undefined;
  };
  const watch = async (): Promise<never> => {
    for (;;) {
      await delay(everyMs, undefined, { signal: over.signal });
      const end = await findEnd();
      if (end === undefined) continue;
      const error = new SshError('Disconnected', `${machine.name} ${end} while a step ran in it`);
      running.abort(error);
      throw error;
    }
  };

  const watching = watch();
  watching.catch(() => {});
  try {
    return await Promise.race([work(running.signal), watching]);
  } finally {
    over.abort();
    if (isReported) report?.('');
  }
}
