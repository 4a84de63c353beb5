import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSimulator } from './build.ts';

/** The vCenter simulator of tools/vcsim, with its control port. */
export interface Simulator {
  /** `127.0.0.1:port` of the API. */
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly caFile: string;
  /**
   * The intermediate authority, without the authority of `caFile`. It has signed the simulator's certificate.
   */
  readonly intermediateFile: string;
  readonly thumbprint: string;
  /** IAAS for this simulator, with TLS verified against its own authority. */
  iaas(options?: string): string;
  fault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  expireSessions(): Promise<void>;
  cutNetwork(milliseconds: number): Promise<void>;
  /** Sets the duration of tasks by name, for example `{ CloneVm: 500 }`. */
  delayTasks(milliseconds: Record<string, number>): Promise<void>;
  setFreeSpace(freeGiB: number): Promise<void>;
  /** Changes `datastore1`, or the named datastore. */
  setDatastore(change: {
    readonly name?: string;
    readonly freeGiB: number;
    readonly inaccessible?: boolean;
    /** Names of the hosts that see the datastore; all hosts where absent. */
    readonly hosts?: readonly string[];
  }): Promise<void>;
  /** Sets the state of a host; the default is connected and not in maintenance. */
  setHost(
    name: string,
    state?: { readonly connection?: 'connected' | 'disconnected'; readonly maintenance?: boolean },
  ): Promise<void>;
  /** Sets which hosts have a standard network. Without names no host reports it. */
  setNetwork(name: string, hosts: readonly string[]): Promise<void>;
  /** Puts the datacenter into a new folder with this name. */
  moveDatacenter(folder: string): Promise<void>;
  /** Turns DRS of the cluster on or off. */
  setDrs(enabled: boolean, behavior?: 'manual' | 'partiallyAutomated' | 'fullyAutomated'): Promise<void>;
  /** Makes or removes a snapshot, as a backup does. A snapshot with memory shows that the machine ran. */
  snapshot(
    machine: string,
    name: string,
    how?: {
      readonly memory?: boolean;
      readonly remove?: boolean;
      /** Whether the disks keep their parents although the snapshot is removed. */
      readonly leave?: boolean;
    },
  ): Promise<void>;
  /** Gives every machine this many events of other kinds, which slow down a query without limits. */
  setEvents(events: { count?: number; milliseconds?: number; slow?: number }): Promise<void>;
  /** Sets the behaviour of all guests from now on. */
  setGuests(how: GuestBehaviour): Promise<void>;
  /** Changes a machine as a person or a host may do without Cornac. */
  change(machine: string, change: MachineChange): Promise<void>;
  /** Hides the folder with this name and its content, or a pool, from the account. */
  hide(kind: 'Folder' | 'ResourcePool', name: string, hidden: boolean): Promise<void>;
  /** Takes privileges from the account on the entity with this name, until the simulator ends. */
  takeRights(entity: string, ...lacks: string[]): Promise<void>;
  state(): Promise<State>;
  stop(): Promise<void>;
}

export interface GuestBehaviour {
  /** The guest has no tools. */
  readonly silent?: boolean;
  /** The guest does not shut down on request. */
  readonly stubborn?: boolean;
  /** The guest's customization fails. */
  readonly uncustomizable?: boolean;
  /** The guest customizes without a restart, and makes SSH host keys unless it is told not to. */
  readonly cloudInit?: boolean;
  /** No user of the guest may use vmware-rpctool. */
  readonly hardened?: boolean;
}

export interface MachineChange {
  readonly power?: 'poweredOff' | 'suspended' | 'poweredOn';
  /** vCenter returns no configuration of a machine that is inaccessible, invalid or orphaned. */
  readonly connection?: 'connected' | 'disconnected' | 'inaccessible' | 'invalid' | 'orphaned';
  /** Whether vCenter has no configuration of the machine yet, as during its cloning. */
  readonly unread?: boolean;
  /** Whether the account sees only the existence of the machine. */
  readonly hidden?: boolean;
  readonly rename?: string;
  /**
   * Path of a disk that a person has added, such as `[datastore1] other/other.vmdk`; empty after its removal.
   */
  readonly disk?: string;
  /** Text of the host's question to a person; empty after the answer. */
  readonly question?: string;
}

export interface FaultRule {
  readonly method: string;
  readonly skip?: number;
  readonly times: number;
  readonly fault?: string;
  readonly task?: boolean;
  readonly lost?: boolean;
  /**
   * For PowerOnMultiVM_Task: the machine's own task fails, DRS finds no host, or DRS proposes a host to a
   * person.
   */
  readonly attempt?: 'failed' | 'refused' | 'proposed';
  /** Answers with this HTTP status and HTML. */
  readonly status?: number;
}

export interface State {
  readonly machines: readonly SimulatedMachine[];
  readonly calls: Readonly<Record<string, number>>;
  /** Requests that a real vCenter would refuse. */
  readonly violations: readonly string[] | null;
  readonly clones: readonly { name: string; snapshot: string; diskMoveType: string }[] | null;
  readonly guests: readonly string[];
  readonly freeGiB: number;
  /** HTTP sessions, and the user agents of the logins. */
  readonly sessions: { opened: number; open: number; agents: readonly string[] | null };
}

export interface SimulatedMachine {
  readonly name: string;
  readonly power: 'poweredOn' | 'poweredOff';
  readonly host: string;
  readonly folder: string;
  readonly hostName: string;
  readonly address: string;
  /** How often a real guest has started. */
  readonly boots: number;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly disksGiB: readonly number[];
  readonly networks: readonly string[];
  readonly extraConfig: Readonly<Record<string, string>>;
}

export interface SimulatorOptions {
  /** Runs a real guest for each machine. Requires root. */
  readonly guests?: { readonly network: string; readonly origin: string };
  /** The versions of PostgreSQL that origins report. */
  readonly engineVersions?: readonly string[];
}

export async function startSimulator({ guests, engineVersions }: SimulatorOptions = {}): Promise<Simulator> {
  const program = await buildSimulator();
  const dir = await mkdtemp(join(tmpdir(), 'cornac-vcsim-'));
  const user = 'cornac@vsphere.local';
  const password = `p@ss/${randomBytes(9).toString('base64')}&%<&lt;`;
  const args = ['-dir', dir, '-user', user];
  if (engineVersions) args.push('-engine-versions', engineVersions.join(' '));
  if (guests) {
    const guest = new URL('../../../tools/vcsim/guest', import.meta.url).pathname;
    args.push('-guest', guest, '-guest-net', guests.network, '-origin', guests.origin);
  }
  const child = spawn(program, args, {
    env: { ...process.env, VCSIM_PASSWORD: password },
    stdio: ['pipe', 'pipe', process.env.VCSIM_LOG ? 'inherit' : 'ignore'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([once(lines, 'line'), exited.then(() => [''])])) as [string];
  if (!line) throw new Error('the simulator did not start: set VCSIM_LOG=1 to see why');
  const { host, control, caFile, intermediateFile, thumbprint } = JSON.parse(line) as Record<string, string>;

  async function post(path: string, body: unknown = {}, method = 'POST'): Promise<void> {
    const response = await fetch(`${control}${path}`, { method, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  }

  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    host: String(host),
    user,
    password,
    caFile: String(caFile),
    intermediateFile: String(intermediateFile),
    thumbprint: String(thumbprint),
    iaas: (options = `ca=${caFile}`) => `vcenter+https://${credentials}@${host}/?${options}`,
    fault: (rule) => post('/faults', rule),
    clearFaults: () => post('/faults', {}, 'DELETE'),
    expireSessions: () => post('/expire'),
    cutNetwork: (milliseconds) => post('/cut', { milliseconds }),
    delayTasks: (milliseconds) => post('/delay', milliseconds),
    setFreeSpace: (freeGiB) => post('/datastore', { freeGiB }),
    setDatastore: (change) => post('/datastore', change),
    setHost: (name, state = {}) => post('/host', { name, ...state }),
    setNetwork: (name, hosts) => post('/network', { name, hosts }),
    moveDatacenter: (name) => post('/folder', { name }),
    setDrs: (enabled, behavior) => post('/drs', { enabled, behavior }),
    snapshot: (machine, name, how = {}) => post('/snapshot', { machine, name, ...how }),
    setEvents: (events) => post('/events', events),
    setGuests: (how) => post('/guests', how),
    change: (name, change) => post('/machine', { name, ...change }),
    hide: (kind, name, hidden) => post('/hide', { kind, name, hidden }),
    takeRights: (entity, ...lacks) => post('/rights', { entity, lacks }),
    state: async () => (await (await fetch(`${control}/state`)).json()) as State,
    stop: async () => {
      child.stdin.end();
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
