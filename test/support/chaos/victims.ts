import type { Victim } from './schedule.ts';

/** A process as the suite sees it. */
export interface Candidate {
  readonly pid: number;
  readonly parent: number;
  /** Arguments, separated by blanks. */
  readonly command: string;
  /** Whether its environment names the state directory. */
  readonly isMarked: boolean;
}

/** All processes of the stack in `stateDir`: processes that name it, and their descendants. */
export function processesOfStack(
  all: readonly Candidate[],
  stateDir: string,
  exclude: readonly number[],
): Candidate[] {
  const isOurs = ({ command, isMarked }: Candidate) =>
    isMarked || command.split(' ').some((word) => word === stateDir || word.includes(`${stateDir}/`));
  const ours = new Set(all.filter(isOurs).map(({ pid }) => pid));
  for (const pid of exclude) ours.delete(pid);
  for (let size = -1; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent) && !exclude.includes(pid)) ours.add(pid);
  }
  return all.filter(({ pid }) => ours.has(pid));
}

const commands: readonly (readonly [RegExp, Victim])[] = [
  [/main\.js up /, 'up'],
  [/main\.js run\b/, 'gateway'],
  [/main\.js worker-process\b/, 'worker process'],
  [/main\.js worker /, 'worker pool'],
  [/temporal-server-/, 'temporal'],
];

/** The machine whose files the command line names. */
function machineOf(command: string, stateDir: string): string | undefined {
  return command
    .split(`${stateDir}/`)
    .slice(1)
    .flatMap((rest) => /^[^ ]*?(cornac-[a-z0-9-]+)\//.exec(rest)?.[1] ?? [])[0];
}

/** Sorts the stack's processes by kind. A process of no kind, such as a shell's child, is left out. */
export function sortVictims(
  processes: readonly Candidate[],
  stateDir: string,
  inventory: string,
): Map<Victim, Candidate[]> {
  const kinds = new Map<Victim, Candidate[]>();
  const add = (kind: Victim, process: Candidate) => kinds.set(kind, [...(kinds.get(kind) ?? []), process]);
  const postmasters = new Map<number, 'inventory' | 'instance'>();
  for (const process of processes) {
    const { command, pid } = process;
    const [, kind] = commands.find(([pattern]) => pattern.test(command)) ?? [];
    if (kind) {
      add(kind, process);
      continue;
    }
    const machine = machineOf(command, stateDir);
    if (machine === undefined) continue;
    const whose = machine === inventory ? 'inventory' : 'instance';
    if (/^\S*\/postgres -D /.test(command)) {
      postmasters.set(pid, whose);
      add(`${whose} postmaster`, process);
    } else if (/^(sshd: )?\S*sshd\b/.test(command)) {
      add(`${whose} sshd`, process);
    } else if (command.includes('opt/cornac/')) {
      add('guest script', process);
    }
  }
  for (const process of processes) {
    const whose = postmasters.get(process.parent);
    if (whose !== undefined) add(`${whose} backend`, process);
  }
  return kinds;
}
