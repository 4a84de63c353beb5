import { setTimeout as delay } from 'node:timers/promises';
import { describePause, mayGoOn, type Pause } from '../model/server/pause.ts';
import { SshError } from '../ssh/error.ts';
import { abortWith } from '../system/abort-with.ts';
import type { GuestMachine } from './machine.ts';

/** A machine as its provider sees it. */
export interface MachineState {
  readonly state: 'running' | 'stopped';
  /** Absent where it does not stand still. */
  readonly paused?: Pause;
}

/** Looks at the machine, changing nothing. */
export type LookAtMachine = (machine: GuestMachine) => Promise<MachineState | undefined>;

/** Most commands are through by then. SSH itself hears of a machine that went off without a word only after 40 seconds. */
const EVERY_MS = 10_000;

interface Watch {
  readonly look: LookAtMachine;
  readonly report?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly everyMs?: number;
}

/**
 * Runs something in a machine, and looks at the machine while that takes long. One that a person has paused is told of,
 * and waited for as long as SSH does.
 * @throws SshError `Disconnected` where the machine went off, or stands still until somebody resumes it for us: the next
 * attempt begins with its start
 */
export async function watchMachine<T>(
  machine: GuestMachine,
  { look, report, signal, everyMs = EVERY_MS }: Watch,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const running = abortWith(signal ?? new AbortController().signal);
  const over = new AbortController();
  let told = false;

  /** Why the work cannot go on. */
  const findEnd = async (): Promise<string | undefined> => {
    // The provider is away: nobody knows.
    const found = await look(machine).catch((): MachineState => ({ state: 'running' }));
    if (!found) return 'is gone';
    const paused = found.paused ? `is ${describePause(found.paused)}` : undefined;
    if (paused !== undefined && !over.signal.aborted) report?.(`${machine.name} ${paused}`);
    else if (told) report?.('');
    told = paused !== undefined;
    if (found.paused) return mayGoOn(found.paused) ? paused : undefined;
    return found.state === 'stopped' ? 'went off' : undefined;
  };
  const watch = async (): Promise<never> => {
    for (;;) {
      await delay(everyMs, undefined, { signal: over.signal });
      const end = await findEnd();
      if (end === undefined) continue;
      const error = new SshError('Disconnected', `${machine.name} ${end} while a step worked in it`);
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
    if (told) report?.('');
  }
}
