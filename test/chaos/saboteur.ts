import { setTimeout as delay } from 'node:timers/promises';
import { identify, type ProcessIdentity } from '../../src/supervisor/child-record.ts';
import { type Act, describeAct, type Moment, type Victim } from '../support/chaos/schedule.ts';
import type { Disk } from './disk.ts';
import type { Keeper } from './keeper.ts';
import type { LogBook } from './log-book.ts';
import { findVictims } from './stack-processes.ts';

export interface SaboteurOptions {
  readonly stateDir: string;
  readonly schedule: readonly Moment[];
  /** The last acts, when `up` is ready. */
  readonly lastBlow: readonly Act[];
  /** Absent where no file system may be filled. */
  readonly disk: Disk | undefined;
  readonly keeper: Keeper;
  readonly book: LogBook;
  readonly signal: AbortSignal;
}

/** Counts of acts. An act without a victim does not count. */
export interface Deeds {
  kills: number;
  freezes: number;
  fills: number;
  missed: number;
}

const patienceMs = 4_000;
const lookMs = 15;
/** Deadline for the next `up` after a kill. The next act happens even without it. */
const upMs = 180_000;

/** Sends the signal only if the pid still belongs to this process. */
function signalExactly({ pid, startedAt }: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (identify(pid)?.startedAt !== startedAt) return false;
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // the process has ended this moment
  }
}

/** Carries out the schedule. Resolves when every suspended process has been resumed. */
export async function sabotage(options: SaboteurOptions, deeds: Deeds): Promise<void> {
  const { stateDir, schedule, lastBlow, disk, keeper, book, signal } = options;
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});

  /** A process of this kind. It may take some tries, because a guest's script lives only for an instant. */
  const findVictim = async (victim: Victim, pick: number): Promise<ProcessIdentity | undefined> => {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline && !signal.aborted; ) {
      const found = (await findVictims(stateDir)).get(victim) ?? [];
      const chosen = found[Math.floor(pick * found.length)];
      const identity = chosen && identify(chosen.pid);
      if (identity) return identity;
      await pause(lookMs);
    }
    return undefined;
  };
  const freeze = async (victim: ProcessIdentity, forMs: number) => {
    try {
      await pause(forMs);
    } finally {
      signalExactly(victim, 'SIGCONT');
    }
  };
  const fill = async (forMs: number) => {
    if (!disk) return;
    try {
      await disk.fill();
      deeds.fills += 1;
      await pause(forMs);
    } finally {
      await disk.free();
    }
  };
  const perform = async (act: Act): Promise<void> => {
    if (act.how === 'fill the disk') {
      book.note(`${describeAct(act)}${disk ? '' : ': left out'}`);
      return fill(act.forMs);
    }
    const victim = await findVictim(act.victim, act.pick);
    if (victim && act.how === 'kill' && act.victim === 'up') keeper.expectEnd();
    const isDone = victim && signalExactly(victim, act.how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    book.note(`${describeAct(act)}: ${isDone ? `process ${victim.pid}` : 'there was none'}`);
    if (!isDone) {
      deeds.missed += 1;
    } else if (act.how === 'kill') {
      deeds.kills += 1;
    } else {
      deeds.freezes += 1;
      await freeze(victim, act.forMs);
    }
  };

  const begun = Date.now();
  const performing: Promise<void>[] = [];
  for (const { atMs, acts } of schedule) {
    await pause(Math.max(0, begun + atMs - Date.now()));
    if (signal.aborted) break;
    performing.push(...acts.map(perform));
  }
  await Promise.all(performing);
  for (const deadline = Date.now() + upMs; !keeper.isReady() && Date.now() < deadline && !signal.aborted; ) {
    await pause(100);
  }
  if (!signal.aborted) await Promise.all(lastBlow.map(perform));
}
