import type { GuestMachine } from '../guest/machine.ts';
import type { Pause } from '../model/server/pause.ts';
import { printable } from '../system/printable.ts';

/**
 * The port between Cornac and a place where machines live: this computer, libvirt, vSphere.
 *
 * Every method is idempotent and keyed by machine name: called twice, or again after a crash in the middle of it,
 * it ends in the same world. Nothing here knows Temporal or the inventory.
 */
export interface Provider {
  readonly name: string;

  /** Names of the hosts among which a new machine's is chosen. Empty where a provider has one place only. */
  readonly hosts: readonly string[];

  /**
   * The same provider, of this host alone: no other one is asked anything, so one that hangs holds up nobody else's
   * machines. Shares connections with the whole, which closes them.
   * @throws ProviderError `Configuration` when IAAS names no such host
   */
  at(host: string): Provider;

  /**
   * What each host has for a machine of this name, in the order of `hosts`; one that cannot be asked says why. A provider
   * with one place only tells the room of that one; nothing where it sets no limits.
   */
  lookForRoom(name: string): Promise<HostRoom[]>;

  /**
   * Looks whether machines can be made with the present settings, before anything is: origin, network, pool, keys.
   * @throws ProviderError naming the setting that is wrong and what to do about it
   */
  check(): Promise<void>;

  /** PostgreSQL versions that a machine cloned from the origin can run, as `major.minor`, any order. */
  listEngineVersions(): Promise<string[]>;

  /**
   * The machine with this name, cloned from the origin and sized to `spec` when it is not there. It may be stopped.
   * A machine that exists is returned as it is: resizing is `resizeMachine`.
   * @throws ProviderError `Conflict` when a machine of that name is there for another owner, or was not made by Cornac
   */
  ensureMachine(spec: MachineSpec, progress: Progress): Promise<EnsuredMachine>;

  /**
   * Powers the machine on where it is off, also where it goes off meanwhile, and waits until SSH can be tried at its
   * address. Resumes it after an I/O error; what a person or a migration has paused is waited for, and not resumed.
   * @throws ProviderError `HostKeyMismatch`, `MachinePaused`, `MachineOff`, `StorageFull`
   */
  startMachine(name: string, progress: Progress): Promise<RunningMachine>;

  /** Shuts the machine down, cleanly if the guest answers, and waits until it is off. No-op when it is off. */
  stopMachine(name: string, progress: Progress): Promise<void>;

  /**
   * Gives the machine the CPUs, memory and disk of `spec`. The data disk grows online and never shrinks. CPUs and
   * memory count from the next start where the hypervisor cannot change them on a running machine.
   * @throws ProviderError `InsufficientCapacity`, with nothing changed; `MachineBusy`, where the disk cannot grow yet
   */
  resizeMachine(spec: MachineSpec, progress: Progress): Promise<Resized>;

  /**
   * Removes the machine and all that was made for it. No-op when nothing is there, and when a machine of that name is
   * there for another owner: a worker that slept through the end of one machine must not wake up and destroy the next.
   * @throws ProviderError `MachineBusy` where something would go with it that Cornac did not make
   */
  destroyMachine(machine: MachineRef, progress: Progress): Promise<void>;

  /** The machine with this name, if there is one. */
  findMachine(name: string): Promise<Machine | undefined>;

  /**
   * Looks at a machine, and how it can be reached where it runs: starts, resumes and waits for nothing, so it is for
   * whoever only compares. That it can be reached is not tried.
   */
  lookAtMachine(name: string): Promise<MachineLook | undefined>;

  /** All machines of this Cornac: those whose name begins with the machine prefix. The origin is none of them. */
  listMachines(): Promise<Machine[]>;

  /** Frees connections. The machines go on running. */
  close(): Promise<void>;
}

/** A machine, and whose it is: names come back when an instance is deleted and another is called like it. */
export interface MachineRef {
  /** Machine name, prefix included: letters, digits, hyphens, at most 63. */
  readonly name: string;
  /** DbiResourceId of the instance that it is for. */
  readonly owner?: string;
}

export interface MachineSpec extends MachineRef {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Size of the data disk. */
  readonly diskGiB: number;
  /** The address that the machine is to have, where the provider lets one choose (local): the inventory's own. */
  readonly address?: string;
  /** The network that it is plugged into, where that is not the one of all machines: the inventory's own. */
  readonly network?: string;
}

/** What a machine takes of its host. */
export type Size = Pick<MachineSpec, 'memoryMiB' | 'diskGiB'>;

/** What a host may promise, overcommitment included, and how much of it is promised to the machines that are there. */
export interface Stock {
  readonly total: number;
  readonly promised: number;
}

/** What a host has to promise. Memory and disk are those of sizes, not of what is used at the moment. */
export interface Room {
  readonly host: string;
  readonly memoryMiB: Stock;
  readonly diskGiB: Stock;
  /** What a machine takes beside its data disk. */
  readonly systemGiB: number;
  /**
   * What is counted for machines by name, others' included. Of one that is not whole yet `diskGiB` is what there is beyond
   * `systemGiB`, below zero where even that is not there.
   */
  readonly machines: ReadonlyMap<string, Size>;
  /** Whether the machine is there, or what an attempt to make it left behind. */
  readonly begun: boolean;
}

/** The room of a host, or why nobody knows. */
export type HostRoom = Room | { readonly host: string; readonly away: ProviderError };

export interface Machine extends MachineRef {
  readonly state: 'running' | 'stopped';
  /** Absent where it does not stand still. */
  readonly paused?: Pause;
  /** Size of the data disk as the provider knows it. */
  readonly diskGiB: number;
  /** Which of the provider's hosts has it, where a provider has several. */
  readonly host?: string;
}

export interface EnsuredMachine extends Machine {
  /** As those of `Resized`. */
  readonly notes?: readonly string[];
}

export interface RunningMachine extends Machine, GuestMachine {
  readonly state: 'running';
}

export interface MachineLook extends Machine {
  /** How to reach it. Absent where it is off or paused, and where nobody knows yet. */
  readonly reach?: RunningMachine;
}

export interface Resized {
  /** Whether CPUs or memory wait for the next stop and start of the machine. */
  readonly restartNeeded: boolean;
  /** What could not be done as asked and is only noted, e.g. a quota that the provider cannot enforce. */
  readonly notes: readonly string[];
}

/** What a long call gives its caller to see, and takes from it. */
export interface Progress {
  /** Aborted when the caller wants the call to stop at the next safe point. */
  readonly signal: AbortSignal;
  /** Tells what is going on; also proof of life. `resume` is handed to the next attempt after a crash. */
  report(message: string, resume?: unknown): void;
  /** What the attempt before this one reported last as `resume`, if there was one. */
  readonly resume?: unknown;
}

/** For a caller who follows nothing, and at most ends the call. */
export function noProgress(signal: AbortSignal = new AbortController().signal): Progress {
  return { signal, report: () => {} };
}

/** What is known of one thing that has to be right before the first machine is made. */
export interface CheckResult {
  /** What was looked at, by the name of its setting where it has one: `NETWORK`, `privileges on the folder`. */
  readonly what: string;
  /** `unknown`: what nobody can look at, or what could not be looked at now. */
  readonly state: 'right' | 'wrong' | 'unknown';
  /** What is there, and where; of what is wrong also why. For the operator, without a secret. */
  readonly found: string;
  /** What to do next, where something is to be done. */
  readonly next?: string;
}

/** Looks at a place where machines are to be made before there is one. It changes nothing there. */
export interface Checker {
  /** One result after another, all in one run: what is wrong ends no other check, but those that need it. */
  check(): AsyncIterable<CheckResult>;
  /** Frees connections. */
  close(): Promise<void>;
}

export type ProviderErrorCode =
  | 'Configuration' // a setting is wrong; a person must act
  | 'OriginNotFound'
  | 'OriginBusy'
  | 'InsufficientCapacity' // no space, no memory, no address left
  | 'MachineNotFound'
  | 'Unauthorized' // the provider refuses our credentials
  | 'Conflict' // something that is not ours has the name
  | 'Unsupported'
  | 'HostKeyMismatch' // its address shows another host key than the one that was pinned
  | 'MachinePaused' // it stands still, and only a person may let it go on
  | 'MachineOff' // it goes off as often as it is powered on
  | 'MachineBusy' // something that passes, such as a backup of it, holds it; retry
  | 'StorageFull' // it is paused until the storage of its host has room again; retry
  | 'Unavailable' // cannot be reached now; retry
  | 'Timeout'; // a long wait was in vain: what was waited for is there and does not do what it should

const retryableCodes: readonly ProviderErrorCode[] = [
  'Unavailable',
  'Timeout',
  'OriginBusy',
  'MachineBusy',
  'StorageFull',
];
/** Codes that mean a setting which another try does not mend. */
export const settingErrors = [
  'Configuration',
  'OriginNotFound',
  'Unauthorized',
] as const satisfies readonly ProviderErrorCode[];

/** Every error that a provider throws on purpose. Its message is for a person and holds no secret. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  /** Whether the same call may succeed later without anybody doing anything. */
  readonly retryable: boolean;

  constructor(code: ProviderErrorCode, message: string, options?: { retryable?: boolean; cause?: unknown }) {
    super(printable(message), { cause: options?.cause });
    this.code = code;
    this.retryable = options?.retryable ?? retryableCodes.includes(code);
  }
}
