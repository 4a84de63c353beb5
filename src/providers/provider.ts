import type { GuestMachine } from '../guest/machine.ts';
import type { Room, Size, Stock } from '../model/server/host-room.ts';
import type { Pause } from '../model/server/pause.ts';
import { printable } from '../system/printable.ts';
import type { SpareClusters } from './spare-clusters.ts';

/**
 * The port between Cornac and a place where machines live: this computer, libvirt, vSphere.
 *
 * Every method is idempotent and keyed by machine name: called twice, or again after a crash in the middle of
 * it, it ends in the same world. Nothing here knows Temporal or the inventory.
 */
export interface Provider {
  readonly name: string;

  /** The repository of backups; absent where machines have none. */
  readonly backups?: MachineBackups;

  /** Absent where the provider keeps no clusters ready. */
  readonly spares?: SpareClusters;

  /** The hosts among which the host of a new machine is chosen. Empty for a provider without hosts. */
  readonly hosts: readonly string[];

  /**
   * The same provider, limited to this host. It calls no other host, so that a host that hangs delays only
   * its own machines. It shares its connections with the whole provider, which closes them.
   * @throws ProviderError `Configuration` when IAAS names no such host
   */
  at(host: string): Provider;

  /**
   * The room of each host for a machine of this name, in the order of `hosts`; without a name the room for new
   * machines. An unreachable host has an error in place of its room. A provider without hosts returns one room.
   */
  lookForRoom(name?: string): Promise<HostRoom[]>;

  /**
   * Checks that machines can be made with the present settings, and makes nothing: origin, network, pool, keys.
   * @throws ProviderError that names the wrong setting and what to do about it
   */
  check(): Promise<void>;

  /** PostgreSQL versions that a machine cloned from the origin can run, as `major.minor`, any order. */
  listEngineVersions(): Promise<string[]>;

  /**
   * Returns the machine with this name. A missing machine is cloned from the origin and sized to `spec`. The
   * machine may be stopped. A machine that exists is returned unchanged: `resizeMachine` resizes.
   * @throws ProviderError `Conflict` when a machine of that name has another owner, or was not made by Cornac
   */
  ensureMachine(spec: MachineSpec, progress: Progress): Promise<EnsuredMachine>;

  /**
   * Powers the machine on where it is off, also where it goes off meanwhile, and waits until SSH can be tried
   * at its address. Resumes a machine that is paused after an I/O error. Does not resume a machine that a
   * person or a migration has paused, but waits for it.
   * @throws ProviderError `HostKeyMismatch`, `MachinePaused`, `MachineOff`, `StorageFull`
   */
  startMachine(name: string, progress: Progress): Promise<RunningMachine>;

  /**
   * The machine, if it runs with the files of the present version and it is known how to reach it. Starts and
   * waits for nothing, and does not try to connect: the caller's own connection shows whether sshd answers.
   */
  findRunning(name: string): Promise<RunningMachine | undefined>;

  /** Shuts the machine down, cleanly if the guest answers, and waits until it is off. No-op when it is off. */
  stopMachine(name: string, progress: Progress): Promise<void>;

  /**
   * Gives the machine the CPUs, memory and disk of `spec`. The data disk grows online and never shrinks. CPUs
   * and memory change at the next start where the hypervisor cannot change them on a running machine.
   * @throws ProviderError `InsufficientCapacity` with nothing changed; `MachineBusy`: the disk cannot grow yet
   */
  resizeMachine(spec: MachineSpec, progress: Progress): Promise<Resized>;

  /**
   * Removes the machine and all that was made for it. No-op when nothing exists, and when the machine of that
   * name has another owner, because a worker that hung while one machine was deleted must not destroy the
   * next one of that name.
   * @throws ProviderError `MachineBusy` where the removal would take something along that Cornac did not make
   */
  destroyMachine(machine: MachineRef, progress: Progress): Promise<void>;

  /** The machine with this name, if it exists. */
  findMachine(name: string): Promise<Machine | undefined>;

  /**
   * Looks at a machine, and where it runs at how it can be reached. Starts, resumes and waits for nothing,
   * because the caller only compares. Does not try to connect.
   */
  lookAtMachine(name: string): Promise<MachineLook | undefined>;

  /** All machines of this Cornac: those whose name begins with the machine prefix, without the origin. */
  listMachines(): Promise<Machine[]>;

  /** Frees connections. The machines go on running. */
  close(): Promise<void>;
}

/** A machine and its owner, because a later instance may have the name of a deleted one. */
export interface MachineRef {
  /** Machine name, prefix included: letters, digits, hyphens, at most 63. */
  readonly name: string;
  /** DbiResourceId of the instance that the machine belongs to. */
  readonly owner?: string;
}

export interface MachineSpec extends MachineRef {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Size of the data disk. */
  readonly diskGiB: number;
  /** The wanted address, where the provider takes one. Given for the inventory's own machine only. */
  readonly address?: string;
  /** The machine's network, where it is not the common one. Given for the inventory's own machine only. */
  readonly network?: string;
}

export type { Room, Size, Stock };

/** The room of a host, or the error where the host is unreachable. */
export type HostRoom = Room | { readonly host: string; readonly unreachable: ProviderError };

export interface Machine extends MachineRef {
  readonly state: 'running' | 'stopped';
  /** Absent where the machine is not paused. */
  readonly paused?: Pause;
  /** Size of the data disk as the provider knows it. */
  readonly diskGiB: number;
  /** Which of the provider's hosts has it, where a provider has several. */
  readonly host?: string;
}

export interface EnsuredMachine extends Machine {
  /** See `Resized`. */
  readonly notes?: readonly string[];
}

export interface RunningMachine extends Machine, GuestMachine {
  readonly state: 'running';
}

export interface MachineLook extends Machine {
  /** How to reach the machine. Absent where it is off or paused, and where this is not known yet. */
  readonly reach?: RunningMachine;
}

export interface Resized {
  /** Whether new CPUs or memory take effect only after a stop and start of the machine. */
  readonly restartNeeded: boolean;
  /** What could not be done as asked without being an error, e.g. a quota that the provider cannot enforce. */
  readonly notes: readonly string[];
}

/** What the backups of one server belong to, and the key that encrypts them, which is a secret. */
export interface Stanza {
  /** DbiResourceId of the instance. */
  readonly owner: string;
  /** The name of the stanza in the repository. */
  readonly id: string;
  readonly key: string;
}

/** A backup that a cluster is made of, and the version of its PostgreSQL. */
export interface RestoredBackup {
  readonly stanza: Stanza;
  /** The id of its snapshot. */
  readonly snapshot: string;
  /** The moment to which the cluster is restored, after the backup; absent for that at which the backup ended. */
  readonly time?: Date;
  readonly engineVersion: string;
}

/** How work inside a machine has ended: its exit status, and the end of what it said, for the operator. */
export interface WorkEnd {
  readonly status: number;
  readonly said: string;
}

/** Ids of the snapshots whose backups stay. */
export interface KeptSnapshots {
  readonly manual: readonly string[];
  /** Those from which an instance can be restored to a point in time. */
  readonly automated: readonly string[];
}

/** A repository that the machines of a provider reach as a directory. Its methods work without the backed-up machine. */
export interface MachineBackups {
  /** The instance's directory, as its machine sees it. */
  directoryOf(owner: string): string;
  /**
   * Removes the backups of all snapshots except these. May leave one backup. Of the archived log it keeps all since the
   * oldest automated snapshot, and what makes the other backups consistent.
   */
  keepOnly(stanza: Stanza, kept: KeptSnapshots, progress: Progress): Promise<void>;
  /** Removes all that the repository has of this instance. No-op when it has nothing. */
  discard(owner: string, progress: Progress): Promise<void>;
  /**
   * Makes the cluster of a backup in a machine that was started and has no cluster. No-op when it has one, and the
   * repository can be read. The backup is usually that of another instance. Where each machine has a user of its own,
   * only this work in the machine sees it and gets its key. The work goes on when the caller ends, and is found again.
   * Exit status 65: the backup is missing or damaged.
   * @throws ProviderError Unavailable where the repository cannot be read, or the machine is off
   */
  restore(machine: MachineRef, backup: RestoredBackup, progress: Progress): Promise<WorkEnd>;
}

/** How a long call reports to its caller, and how the caller aborts it. */
export interface Progress {
  /** Aborted when the call is to stop at its next safe point. */
  readonly signal: AbortSignal;
  /** Reports what the call does, also as heartbeat. `resume` is handed to the next attempt after a crash. */
  report(message: string, resume?: unknown): void;
  /** The last `resume` that the previous attempt reported, if any. */
  readonly resume?: unknown;
}

/** A Progress for a caller that reads no reports, and at most aborts the call. */
export function noProgress(signal: AbortSignal = new AbortController().signal): Progress {
  return { signal, report: () => {} };
}

/** The state of one thing that has to be right before the first machine is made. */
export interface CheckResult {
  /** The thing, by the name of its setting where it has one: `NETWORK`, `privileges on the folder`. */
  readonly what: string;
  /** `unknown`: no call can check this, or the check failed. */
  readonly state: 'right' | 'wrong' | 'unknown';
  /** What exists, and where; if it is wrong, also why. For the operator, without a secret. */
  readonly found: string;
  /** What the operator has to do next, if anything. */
  readonly next?: string;
}

/** Checks the place where machines are to be made, before the first machine is made. Changes nothing there. */
export interface Checker {
  /** Yields one result after another. A check that fails ends only the checks that need its value. */
  check(): AsyncIterable<CheckResult>;
  /** Frees connections. */
  close(): Promise<void>;
}

export type ProviderErrorCode =
  | 'Configuration' // a setting is wrong: a person must act
  | 'OriginNotFound'
  | 'OriginBusy'
  | 'InsufficientCapacity' // no space, no memory, no address left
  | 'MachineNotFound'
  | 'Unauthorized' // the provider refuses Cornac's credentials
  | 'Conflict' // another owner's machine, or something not of Cornac, has the name
  | 'Unsupported'
  | 'HostKeyMismatch' // the machine's address shows another host key than the pinned one
  | 'MachinePaused' // the machine is paused, and only a person may resume it
  | 'MachineOff' // the machine goes off each time that it is powered on
  | 'MachineBusy' // something transient holds the machine, e.g. a backup of it; retry
  | 'StorageFull' // the machine is paused until the storage of its host has room again; retry
  | 'Unavailable' // unreachable now; retry
  | 'Timeout'; // a long wait ended without success: the other side is reachable and does not do what it should

const retryableCodes: readonly ProviderErrorCode[] = [
  'Unavailable',
  'Timeout',
  'OriginBusy',
  'MachineBusy',
  'StorageFull',
];
/** Codes of wrong settings, which another attempt does not correct. */
export const settingErrors = [
  'Configuration',
  'OriginNotFound',
  'Unauthorized',
] as const satisfies readonly ProviderErrorCode[];

/** Every error that a provider throws on purpose. Its message is for people and holds no secret. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ProviderErrorCode;
  /** Whether the same call may succeed later without a person's help. */
  readonly retryable: boolean;

  constructor(code: ProviderErrorCode, message: string, options?: { retryable?: boolean; cause?: unknown }) {
    super(printable(message), { cause: options?.cause });
    this.code = code;
    this.retryable = options?.retryable ?? retryableCodes.includes(code);
  }
}
