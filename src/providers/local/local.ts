import { join } from 'node:path';
import { waitForLock } from '../../system/process-lock.ts';
import { GIB } from '../../system/units.ts';
import { warn } from '../../system/warn.ts';
import { isOwnedBy, requireOwner } from '../owner.ts';
import { onePlace } from '../places.ts';
import {
  type EnsuredMachine,
  type MachineRef,
  type MachineSpec,
  type Progress,
  type Provider,
  ProviderError,
  type Resized,
} from '../provider.ts';
import { createBackups } from './backups.ts';
import { checkLocal, checkSpace, measure } from './check.ts';
import { type LocalOptions, openContext } from './context.ts';
import {
  findMachine,
  findSoundRecord,
  getRecord,
  getState,
  isMachineName,
  machineNames,
  ownerOf,
} from './inspect.ts';
import { discard, makeMachine } from './make.ts';
import { findRecord, saveRecord } from './record.ts';
import { checkMemory, findLocalRoom } from './room.ts';
import { findRunning, lookAt, start } from './start.ts';
import { stop } from './stop.ts';
import { listEngineVersions } from './versions.ts';

export type { LocalOptions } from './context.ts';

/**
 * Machines on this computer. A machine is a directory, its own loopback address, an sshd and a PostgreSQL,
 * all under an unprivileged user; see `Accounts`. The processes of a machine are daemons: they outlive the
 * worker that started them.
 * @throws ProviderError Configuration
 */
export async function createLocalProvider(options: LocalOptions): Promise<Provider> {
  const context = await openContext(options);
  const { layout, accounts, repository, spares } = context;
  if (accounts.isolation === 'shared') warn(NO_WALLS);

  async function locked<T>(name: string, { signal }: Progress, work: () => Promise<T>): Promise<T> {
    if (!isMachineName(name)) throw new ProviderError('Configuration', `invalid machine name: ${name}`);
    const lock = await waitForLock(join(layout.locks, `machine-${name}`), signal);
    let remove = false;
    try {
      signal.throwIfAborted();
      const result = await work();
      // Otherwise the lock files of deleted machines would pile up.
      remove = !(await machineNames(context)).includes(name);
      return result;
    } finally {
      await lock.release({ remove });
    }
  }

  async function ensureMachine(spec: MachineSpec, progress: Progress): Promise<EnsuredMachine> {
    if (!(await findRecord(spec.name, layout))) await makeMachine(context, spec, progress);
    const record = requireOwner(await getRecord(context, spec.name), spec);
    const state = await getState(context, record);
    return { name: spec.name, ...ownerOf(record), state, diskGiB: record.diskGiB, notes: [NO_QUOTA] };
  }

  async function resize(spec: MachineSpec, progress: Progress): Promise<Resized> {
    const { untrusted, ...record } = await getRecord(context, spec.name);
    const diskGiB = Math.max(spec.diskGiB, record.diskGiB);
    if (spec.memoryMiB > record.memoryMiB) checkMemory(spec.memoryMiB);
    if (diskGiB > record.diskGiB) {
      const bytes = await measure(layout.machine(spec.name).root, progress.signal);
      await checkSpace(layout, diskGiB * GIB - bytes);
    }
    // Cornac writes nothing into an earlier Cornac's machine: it can be resized after its next start.
    if (untrusted) {
      throw new ProviderError('Unavailable', `${spec.name} must be started before it is resized`);
    }
    const { cpus, memoryMiB } = spec;
    await saveRecord(spec.name, { ...record, cpus, memoryMiB, diskGiB }, layout);
    return { restartNeeded: false, notes: [NO_QUOTA] };
  }

  async function giveSpare(machine: MachineRef, major: string, { signal }: Progress): Promise<void> {
    const { address } = requireOwner(await getRecord(context, machine.name), machine);
    await spares.give(machine.name, major, accounts.of(address), signal);
  }

  async function destroy(machine: MachineRef, progress: Progress): Promise<void> {
    const record = await findSoundRecord(context, machine.name);
    if (!record || isOwnedBy(record, machine)) await discard(context, machine.name, progress);
  }

  return {
    name: 'local',
    ...onePlace,
    lookForRoom: async (name) => {
      const record = name === undefined ? undefined : await findRecord(name, layout);
      const there = name !== undefined && record ? { name, ...record } : undefined;
      return [{ ...(await findLocalRoom(layout, there)), begun: there !== undefined }];
    },
    ...(repository !== undefined && { backups: createBackups(context, repository, locked) }),
    spares: {
      give: (machine, major, progress) =>
        locked(machine.name, progress, () => giveSpare(machine, major, progress)),
    },
    check: () => checkLocal(layout, accounts),
    listEngineVersions,
    ensureMachine: (spec, progress) => locked(spec.name, progress, () => ensureMachine(spec, progress)),
    startMachine: async (name, progress) =>
      (await findRunning(context, name)) ?? locked(name, progress, () => start(context, name, progress)),
    findRunning: (name) => findRunning(context, name),
    stopMachine: (name, progress) => locked(name, progress, () => stop(context, name, progress)),
    resizeMachine: (spec, progress) => locked(spec.name, progress, () => resize(spec, progress)),
    destroyMachine: (machine, progress) => locked(machine.name, progress, () => destroy(machine, progress)),
    findMachine: (name) => findMachine(context, name),
    lookAtMachine: (name) => lookAt(context, name),
    listMachines: async () => {
      const names = await machineNames(context);
      const machines = await Promise.all(names.map((name) => findMachine(context, name)));
      return machines.filter((machine) => machine !== undefined);
    },
    close: () => spares.close(),
  };
}

const NO_QUOTA =
  'CPUs, memory and disk of a local machine are recorded, not enforced: it shares those of this computer';
const NO_WALLS =
  'the machines of this computer share one user, because Cornac may not create mount namespaces here (CAP_SYS_ADMIN): ' +
  'a user who breaks out of one PostgreSQL can reach the others';
