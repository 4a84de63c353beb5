import { execFile } from 'node:child_process';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { loadGuestScripts } from '../../guest/scripts.ts';
import { isMeant, refuseForeign } from '../owner.ts';
import { onePlace } from '../places.ts';
import {
  type Machine,
  type MachineSpec,
  type Progress,
  type Provider,
  ProviderError,
  type RunningMachine,
} from '../provider.ts';
import { findAccount } from './account.ts';
import { createAddresses, sshPort } from './addresses.ts';
import { checkLocal, checkSpace } from './check.ts';
import { createLayout } from './layout.ts';
import { withLock } from './lock.ts';
import { makeMachineFiles } from './machine-files.ts';
import { loopbackRange } from './network.ts';
import { stopPostmaster } from './postmaster.ts';
import { endProcesses } from './processes.ts';
import { findRecord, type MachineRecord, saveRecord } from './record.ts';
import { findSshd, startSshd } from './sshd.ts';
import { listEngineVersions } from './versions.ts';

const exec = promisify(execFile);

export interface LocalOptions {
  readonly stateDir: string;
  readonly machinePrefix: string;
  /** Public SSH keys that machines let in, one line each. */
  readonly publicKeys: readonly string[];
  /** `appliance/guest` */
  readonly guestScriptsDir: string;
  /** LOCAL_NETWORK */
  readonly network?: string | undefined;
  /** LOCAL_USER */
  readonly user?: string | undefined;
  readonly dnsDomain?: string | undefined;
}

/**
 * Machines on this very computer. A machine is a directory, a loopback address of its own, an sshd and a PostgreSQL,
 * all under an unprivileged user. Processes of a machine are daemons: they outlive the worker that started them.
 * @throws ProviderError Configuration
 */
export async function createLocalProvider(options: LocalOptions): Promise<Provider> {
  const account = await findAccount(options.user);
  const layout = createLayout(options.stateDir);
  const addresses = createAddresses(layout.addresses, loopbackRange(options.network, options.stateDir));
  const scripts = loadGuestScripts(options.guestScriptsDir);
  for (const dir of [layout.stateDir, layout.machines, layout.addresses, layout.run]) {
    await mkdir(dir, { recursive: true, mode: 0o711 });
  }
  await mkdir(layout.origins, { recursive: true, mode: 0o700 });
  await account.own(layout.origins);

  const locked = async <T>(name: string, { signal }: Progress, work: () => Promise<T>) => {
    if (!isMachineName(name)) throw new ProviderError('Configuration', `not a name for a machine: ${name}`);
    return withLock(`${layout.machines}/${name}`, signal, work);
  };

  async function getRecord(name: string): Promise<MachineRecord> {
    const record = await findRecord(layout.machine(name));
    if (!record) throw new ProviderError('MachineNotFound', `there is no machine ${name}`);
    return record;
  }

  async function getState(name: string): Promise<Machine['state']> {
    return (await findSshd(layout.machine(name), account.uid)) ? 'running' : 'stopped';
  }

  async function findMachine(name: string): Promise<Machine | undefined> {
    if (!(await machineNames()).includes(name)) return undefined;
    const record = await findRecord(layout.machine(name));
    return { name, ...ownerOf(record), state: await getState(name), diskGiB: record?.diskGiB ?? 0 };
  }

  const machineNames = async () =>
    (await readdir(layout.machines)).filter((name) => name.startsWith(options.machinePrefix));

  /** Ends and removes whatever there is of a machine. The record goes first: without it nothing counts as a machine. */
  async function discard(name: string, progress: Progress): Promise<void> {
    const paths = layout.machine(name);
    await rm(paths.record, { force: true });
    await stopPostmaster(paths.pgdata, account.uid, 'SIGQUIT', progress);
    await endProcesses(paths.root, account.uid);
    await rm(paths.root, { recursive: true, force: true });
    for (const address of await addresses.list(name)) {
      await rm(layout.socketDir(address), { recursive: true, force: true });
      await addresses.release(address);
    }
  }

  async function makeMachine(
    { name, owner, cpus, memoryMiB, diskGiB, address: wanted }: MachineSpec,
    progress: Progress,
  ): Promise<void> {
    await discard(name, progress);
    await checkSpace(layout, diskGiB * 1024 ** 3);
    const address = await addresses.claim(name, wanted);
    const hostKey = await makeMachineFiles(name, address, layout, account, scripts);
    const record = { ...ownerOf({ owner }), address, hostKey, sshPort, cpus, memoryMiB, diskGiB };
    await saveRecord(layout.machine(name), record, account);
  }

  return {
    name: 'local',
    ...onePlace,
    check: () => checkLocal(layout, account),
    listEngineVersions,
    ensureMachine: (spec, progress) =>
      locked(spec.name, progress, async () => {
        if (!(await findRecord(layout.machine(spec.name)))) await makeMachine(spec, progress);
        const record = refuseForeign(await getRecord(spec.name), spec);
        const { diskGiB } = record;
        const state = await getState(spec.name);
        return { name: spec.name, ...ownerOf(record), state, diskGiB, notes: [noQuota] };
      }),
    startMachine: (name, progress) =>
      locked(name, progress, async (): Promise<RunningMachine> => {
        const paths = layout.machine(name);
        const record = await getRecord(name);
        const { address, hostKey, diskGiB, sshPort: port = 2222 } = record;
        if ((await getState(name)) === 'stopped') {
          await mkdir(layout.socketDir(address), { recursive: true, mode: 0o700 });
          await account.own(layout.socketDir(address));
          await startSshd(paths, { host: address, port }, options.publicKeys, account);
        }
        return {
          name,
          ...ownerOf(record),
          state: 'running',
          diskGiB,
          address: options.dnsDomain ? `${name}.${options.dnsDomain.replace(/^\./, '')}` : address,
          ssh: { host: address, port, user: account.name, hostKey },
          guestRoot: paths.root,
        };
      }),
    stopMachine: (name, progress) =>
      locked(name, progress, async () => {
        const paths = layout.machine(name);
        await stopPostmaster(paths.pgdata, account.uid, 'SIGINT', progress);
        await endProcesses(paths.root, account.uid);
      }),
    resizeMachine: (spec, progress) =>
      locked(spec.name, progress, async () => {
        const paths = layout.machine(spec.name);
        const record = await getRecord(spec.name);
        const diskGiB = Math.max(spec.diskGiB, record.diskGiB);
        if (diskGiB > record.diskGiB) {
          const { stdout } = await exec('du', ['-skx', paths.root]);
          await checkSpace(layout, diskGiB * 1024 ** 3 - Number.parseInt(stdout, 10) * 1024);
        }
        await saveRecord(paths, { ...record, cpus: spec.cpus, memoryMiB: spec.memoryMiB, diskGiB }, account);
        return { restartNeeded: false, notes: [noQuota] };
      }),
    destroyMachine: (machine, progress) =>
      locked(machine.name, progress, async () => {
        const record = await findRecord(layout.machine(machine.name));
        if (!record || isMeant(record, machine)) await discard(machine.name, progress);
      }),
    findMachine,
    listMachines: async () => {
      const machines = await Promise.all((await machineNames()).map(findMachine));
      return machines.filter((machine) => machine !== undefined);
    },
    close: async () => {},
  };
}

const ownerOf = (record: { readonly owner?: string | undefined } | undefined): { owner?: string } =>
  record?.owner === undefined ? {} : { owner: record.owner };

const noQuota =
  'CPUs, memory and disk of a local machine are noted, not enforced: it shares those of this computer';

function isMachineName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name);
}
