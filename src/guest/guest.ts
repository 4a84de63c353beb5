import type { ServerIdentity } from '../authority/authority.ts';
import type { ServerCertificate } from '../model/server/certificate.ts';
import type { Room } from '../model/server/room.ts';
import type { Word } from '../ssh/command.ts';
import { createGuestBackups, type GuestBackups } from './backups.ts';
import { parseCertificate, renderIdentity } from './identity.ts';
import { type FoundLog, type FoundPortion, type LogRange, parseLogs, parsePortion } from './logs.ts';
import type { GuestMachine } from './machine.ts';
import { parseNotices } from './notices.ts';
import { renderSettings } from './postgresql-conf.ts';
import { createGuestReplicas, type GuestReplicas, type ReplicaIdentity } from './replicas.ts';
import { parseRoom } from './room.ts';
import { createVerbs, type GuestCall, type VerbDeps } from './verbs.ts';

const statuses = ['running', 'busy', 'stopped', 'none'] as const;

/** `none`: no cluster exists; `busy`: the server starts or shuts down, or takes no connections. */
export type PostgresStatus = (typeof statuses)[number];

/** The certificate to make where the server needs one. */
export interface Certification {
  /** CAIdentifier; the default where it is absent. */
  readonly authority?: string | undefined;
}

export interface Cluster {
  readonly version: string;
  /** Accepts a cluster that exists, whatever its version. */
  readonly keep?: boolean;
}

/** What the verb corrected or missed on the way, for people. Do not trust the names in it: database users choose them. */
export interface VerbResult {
  readonly notices: readonly string[];
}

/** Absent where the machine does not report a certificate that Cornac has made for it. */
export interface Certified {
  readonly certificate?: ServerCertificate;
}

export interface Started extends VerbResult, Certified {
  /**
   * `major.minor` of the running server, not of what was installed first, because packages on a machine are
   * upgraded. Absent where the program was replaced after the start, because the version is then unknown.
   */
  readonly engineVersion?: string;
  /** Absent where the data directory has no volume of its own. */
  readonly room?: Room;
}

export interface Master {
  readonly user: string;
  /** `SCRAM-SHA-256$…`. Without a verifier the password stays as it is. */
  readonly verifier?: string;
  /** Created with the master user as owner when it does not exist. */
  readonly database?: string;
}

/** The verbs that Cornac runs inside a machine. Every verb is idempotent, ends, and throws `SshError`. */
export interface Guest extends GuestBackups, GuestReplicas {
  /** Installs the scripts where the machine has another version, or none. Every other verb does so itself. */
  ensureScripts(machine: GuestMachine, call?: GuestCall): Promise<void>;
  prepareDisk(machine: GuestMachine, call?: GuestCall): Promise<void>;
  /** Grows the file system to all of the data disk, online. Fails where the disk is smaller than `diskGiB`. */
  growDisk(machine: GuestMachine, call?: GuestCall & { readonly diskGiB?: number }): Promise<void>;
  /** Makes a cluster of the major version of `version`, with Cornac's roles. */
  initCluster(machine: GuestMachine, cluster: Cluster, call?: GuestCall): Promise<VerbResult>;
  /**
   * Replaces Cornac's settings; invalid ones change nothing. A running server applies what needs no restart.
   * With `keep` existing settings stay. Makes a certificate where the server has none, or an unsuitable one.
   */
  configure(
    machine: GuestMachine,
    settings: Readonly<Record<string, string>>,
    call?: GuestCall & Certification & { readonly keep?: boolean },
  ): Promise<Certified & { readonly restartNeeded: boolean }>;
  /**
   * Starts PostgreSQL. Returns when it takes connections and Cornac's rules for roles are in force.
   * @throws GuestBusy while PostgreSQL recovers: call again
   */
  startPostgres(machine: GuestMachine, call?: GuestCall): Promise<Started>;
  stopPostgres(machine: GuestMachine, call?: GuestCall): Promise<void>;
  /**
   * Stops PostgreSQL, replaces Cornac's settings where some are given, and starts PostgreSQL. The server need
   * not answer: its disk may be full, or it may hang. Settings that PostgreSQL refuses throw before the stop.
   * @param call `onStopped` is called when only the start is left
   * @throws GuestBusy while PostgreSQL recovers: continue with `startPostgres`, else the recovery begins anew
   */
  restartPostgres(
    machine: GuestMachine,
    call?: GuestCall &
      Certification & {
        readonly settings?: Readonly<Record<string, string>>;
        readonly onStopped?: () => void;
      },
  ): Promise<Started>;
  postgresStatus(machine: GuestMachine, call?: GuestCall): Promise<PostgresStatus>;
  /**
   * The size and free space of the data volume; undefined where the data directory has no volume of its own.
   * Makes the reserve there, where it has space: a server on a full volume needs the reserve to start. Keeps the
   * logs of the server within their bounds.
   */
  findRoom(machine: GuestMachine, call?: GuestCall): Promise<Room | undefined>;
  listLogs(machine: GuestMachine, call?: GuestCall): Promise<readonly FoundLog[]>;
  /** Undefined where no such log exists. */
  readLog(machine: GuestMachine, range: LogRange, call?: GuestCall): Promise<FoundPortion | undefined>;
  ensureMaster(machine: GuestMachine, master: Master, call?: GuestCall): Promise<VerbResult>;
  /** Sets the password, and restores all rights that the user can drop. Ends sessions that block this. */
  setMasterPassword(
    machine: GuestMachine,
    master: { user: string; verifier: string },
    call?: GuestCall,
  ): Promise<VerbResult>;
  /** Runs SQL as rdsadmin and returns the rows as psql prints them, unaligned and without headers. */
  psql(machine: GuestMachine, sql: string, call?: GuestCall): Promise<string>;
}

export interface GuestDeps extends VerbDeps {
  /** Returns a key and certificate for the machine's server. Without this function servers have no TLS. */
  readonly identify?: (machine: GuestMachine, authority?: string) => Promise<ServerIdentity>;
  /** Returns a key and certificate for a read replica. Without this function no server has read replicas. */
  readonly identifyReplica?: (dbiResourceId: string) => Promise<ReplicaIdentity>;
}

export function createGuest({ identify, identifyReplica, ...deps }: GuestDeps): Guest {
  const { verb, ensureScripts } = createVerbs(deps);
  const configure = async (
    machine: GuestMachine,
    words: readonly Word[],
    settings: string,
    call?: GuestCall & Certification,
  ): Promise<Certified & { readonly restartNeeded: boolean }> => {
    const identity = await identify?.(machine, call?.authority);
    const stdin = identity ? `${settings}${renderIdentity(identity)}` : settings;
    const { stdout } = await verb(machine, 'configure', words, call, { stdin });
    const certificate = identity && parseCertificate(stdout, identity);
    return { restartNeeded: /^restart$/m.test(stdout), ...(certificate && { certificate }) };
  };
  const keepWord = (keep = false): Word[] => (keep ? ['keep'] : []);
  const run = async (...call: Parameters<typeof verb>) => void (await verb(...call));
  const stopPostgres: Guest['stopPostgres'] = (machine, call) => run(machine, 'stop', [], call);
  const startPostgres: Guest['startPostgres'] = async (machine, call) => {
    const { stdout } = await verb(machine, 'start', [], call);
    const engineVersion = /^postgres \(PostgreSQL\) (\d{1,3}\.\d{1,3})(?!\d)/m.exec(stdout)?.[1];
    const room = parseRoom(stdout);
    return {
      ...(engineVersion !== undefined && { engineVersion }),
      ...(room && { room }),
      notices: parseNotices(stdout),
    };
  };
  const ensureMaster = async (
    machine: GuestMachine,
    words: readonly Word[],
    verifier: string,
    call?: GuestCall,
  ): Promise<VerbResult> => {
    const { stdout } = await verb(machine, 'ensure-master', words, call, { stdin: `${verifier}\n` });
    return { notices: parseNotices(stdout) };
  };

  return {
    ...createGuestBackups({ verb }),
    ...createGuestReplicas({ verb, identifyReplica }),
    ensureScripts,
    prepareDisk: (machine, call) => run(machine, 'prepare-disk', [], call),
    growDisk: (machine, { diskGiB, ...call } = {}) =>
      run(machine, 'grow-disk', diskGiB === undefined ? [] : [String(diskGiB)], call),
    initCluster: async (machine, { version, keep }, call) => {
      const words = [version.replace(/\..*/, ''), ...keepWord(keep)];
      const { stdout } = await verb(machine, 'init-cluster', words, call, { timeoutMs: 600_000 });
      return { notices: parseNotices(stdout) };
    },
    configure: (machine, settings, call) =>
      configure(machine, keepWord(call?.keep), renderSettings(settings), call),
    startPostgres,
    stopPostgres,
    restartPostgres: async (machine, { settings, onStopped, ...call } = {}) => {
      const stdin = settings && renderSettings(settings);
      if (stdin !== undefined) await verb(machine, 'configure', ['check'], call, { stdin });
      await stopPostgres(machine, call);
      const { certificate } = stdin === undefined ? {} : await configure(machine, [], stdin, call);
      onStopped?.();
      return { ...(await startPostgres(machine, call)), ...(certificate && { certificate }) };
    },
    postgresStatus: async (machine, call) => {
      const output = (await verb(machine, 'status', [], call)).stdout.trim();
      // An unknown status counts as busy, because nothing is done to a busy server.
      return statuses.find((status) => status === output) ?? 'busy';
    },
    findRoom: async (machine, call) => parseRoom((await verb(machine, 'room', [], call)).stdout),
    listLogs: async (machine, call) => parseLogs((await verb(machine, 'logs', [], call)).stdout),
    readLog: async (machine, { name, from }, call) => {
      const words = from === undefined ? [name] : [name, String(from)];
      return parsePortion((await verb(machine, 'logs', words, call)).stdout);
    },
    ensureMaster: (machine, { user, database = '', verifier = '' }, call) =>
      ensureMaster(machine, [user, database], verifier, call),
    setMasterPassword: (machine, { user, verifier }, call) => ensureMaster(machine, [user], verifier, call),
    psql: async (machine, sql, call) => (await verb(machine, 'psql', [], call, { stdin: sql })).stdout,
  };
}
