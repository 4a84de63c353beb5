import { SshError } from '../ssh/error.ts';
import type { GuestMachine } from './machine.ts';
import type { createVerbs, GuestCall } from './verbs.ts';

/** How a read replica proves to its source which one it is, and by what it knows its source. */
export interface ReplicaIdentity {
  /** PEM of a private key and its certificate. */
  readonly pem: string;
  /** PEM of the certificates of the authorities. */
  readonly authorities: string;
}

/** The server that a read replica copies and follows. */
export interface ReplicationSource {
  /** The endpoint of the source, as its certificate names it. */
  readonly host: string;
  readonly port: number;
  /** DbiResourceId of the read replica. */
  readonly replica: string;
  /** The slot of the source that keeps the log for it. */
  readonly slot: string;
}

/** The slot of a read replica on its source. */
export interface FoundSlot {
  readonly name: string;
  readonly isActive: boolean;
  /** Whether the log that the replica needs is gone. */
  readonly isLost: boolean;
}

/** `none`: the server is no read replica. */
export type ReplicationState = 'streaming' | 'waiting' | 'none';

export interface FoundReplication {
  readonly state: ReplicationState;
  /** Whether it replays no log, because its settings are smaller than those of its source. */
  readonly isPaused: boolean;
  /** By how many seconds it is behind. */
  readonly lagSeconds: number;
}

export interface GuestReplicas {
  /**
   * Lets a read replica copy the running server and read its log, of which the server keeps at most `keepMiB` for it. With `isNew` a
   * slot that has lost its log is made anew.
   */
  addReplica(
    machine: GuestMachine,
    replica: { readonly id: string; readonly keepMiB: number; readonly isNew?: boolean },
    call?: GuestCall,
  ): Promise<void>;
  /** Ends that, also while the replica reads. */
  removeReplica(machine: GuestMachine, id: string, call?: GuestCall): Promise<void>;
  /** The slots of all read replicas of the running server. */
  listReplicas(machine: GuestMachine, call?: GuestCall): Promise<readonly FoundSlot[]>;
  /** Makes the cluster of a read replica, unless the machine has one. May take hours; reports its progress. */
  copySource(
    machine: GuestMachine,
    source: ReplicationSource & { readonly version: string },
    call?: GuestCall,
  ): Promise<void>;
  /** Gives a read replica its source, and a new identity. Does nothing on a server that is none. */
  followSource(machine: GuestMachine, source: ReplicationSource, call?: GuestCall): Promise<void>;
  findReplication(machine: GuestMachine, call?: GuestCall): Promise<FoundReplication>;
  /** Makes the running read replica a server of its own. Does nothing where it is one. */
  promote(machine: GuestMachine, call?: GuestCall): Promise<void>;
}

/** Twice as many as an instance can have read replicas. A machine that was broken into may report any number. */
const MAX_SLOTS = 30;

interface Deps {
  readonly verb: ReturnType<typeof createVerbs>['verb'];
  /** Makes the identity of the read replica with this DbiResourceId. */
  readonly identifyReplica: ((id: string) => Promise<ReplicaIdentity>) | undefined;
}

/** The verbs for read replicas, and for their sources. */
export function createGuestReplicas({ verb, identifyReplica }: Deps): GuestReplicas {
  const identify = (id: string): Promise<ReplicaIdentity> => {
    if (!identifyReplica) throw new Error('read replicas need an authority for certificates');
    return identifyReplica(id);
  };
  const follow = async (
    verbName: string,
    machine: GuestMachine,
    words: readonly string[],
    { host, port, replica, slot }: ReplicationSource,
    call?: GuestCall,
  ): Promise<void> => {
    const { pem, authorities } = await identify(replica);
    await verb(machine, verbName, [...words, host, String(port), slot], call, {
      stdin: `${pem}--\n${authorities}`,
    });
  };

  return {
    addReplica: async (machine, { id, keepMiB, isNew = false }, call) => {
      const { authorities: stdin } = await identify(id);
      await verb(machine, 'add-replica', [id, String(keepMiB), ...(isNew ? ['new'] : [])], call, { stdin });
    },
    removeReplica: async (machine, id, call) => {
      await verb(machine, 'remove-replica', [id], call);
    },
    listReplicas: async (machine, call) => {
      const { stdout } = await verb(machine, 'replicas', [], call);
      return [...stdout.matchAll(/^slot (cornac_[a-z0-9_]{1,60}) ([tf]) ([a-z]{1,20})$/gm)]
        .slice(0, MAX_SLOTS)
        .map(([, name = '', active, wal]) => ({ name, isActive: active === 't', isLost: wal === 'lost' }));
    },
    copySource: (machine, { version, ...source }, call) =>
      follow('copy-source', machine, [version.replace(/\..*/, '')], source, call),
    followSource: (machine, source, call) => follow('follow-source', machine, [], source, call),
    findReplication: async (machine, call) => {
      const { stdout } = await verb(machine, 'replication', [], call);
      const [, state, paused, lag] =
        /^replication (streaming|waiting|none) ([tf]) (\d{1,8})$/m.exec(stdout) ?? [];
      if (!state) throw new SshError('CommandFailed', 'the server does not report its replication');
      return { state: state as ReplicationState, isPaused: paused === 't', lagSeconds: Number(lag) };
    },
    promote: async (machine, call) => {
      await verb(machine, 'promote', [], call);
    },
  };
}
