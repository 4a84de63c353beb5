import { isOwnedBy } from '../owner.ts';
import { onePlace } from '../places.ts';
import {
  type MachineLook,
  type MachineRef,
  type Progress,
  type Provider,
  ProviderError,
} from '../provider.ts';
import { adviseOn } from './advice.ts';
import { stillCloned } from './cloning.ts';
import { CLONING } from './connection.ts';
import type { Context, Times } from './context.ts';
import { toProviderError } from './errors.ts';
import { refuseForeignDisks } from './foreign-disks.ts';
import { parseIaas } from './iaas-url.ts';
import { listOurs } from './list-machines.ts';
import { lookUp, seek } from './look-up.ts';
import { makeMachine, planClone } from './make.ts';
import { findRoomForNew } from './new-machines.ts';
import { engineVersions, readOrigin } from './origin.ts';
import { resizeMachine } from './resize.ts';
import { finishTask, retryTransient } from './retry.ts';
import { findRoom } from './room.ts';
import { refuseHidden } from './search.ts';
import { lookAt, startMachine } from './start.ts';
import { powerOff, stopMachine } from './stop.ts';
import { isUnreachable, toUnreachableMachine } from './unreachable.ts';
import { createPlaces, type PlaceSettings } from './vcenter-objects.ts';
import { isFault } from './vim/fault.ts';
import { createVim } from './vim/vim.ts';
import { toMachine } from './virtual-machine.ts';

export interface VsphereOptions extends Omit<PlaceSettings, 'folder' | 'host'> {
  /** IAAS: `vcenter+https://…` */
  readonly iaas: string;
  readonly machinePrefix: string;
  readonly dnsDomain?: string | undefined;
  /** Public keys that new machines accept, in addition to those of the origin. */
  readonly deployKeys?: readonly string[];
  readonly powerOffGuest?: Context['powerOffGuest'];
  readonly times?: Partial<Times>;
  /** Receives warnings for the operator at the start. */
  readonly warn?: (message: string) => void;
}

/**
 * Everything that the provider's steps share. Makes no call to vCenter.
 * @throws ProviderError Configuration
 */
export function openContext(options: VsphereOptions): Context {
  const settings = parseIaas(options.iaas);
  if (settings.trust.noVerify && !settings.trust.thumbprint) {
    options.warn?.(
      'IAAS: no_verify=1 checks no certificate: any server that answers in place of vCenter receives the password',
    );
  }
  const { silence: silenceMs, readRetry: readRetryMs } = options.times ?? {};
  const vim = createVim({ ...settings, silenceMs, readRetryMs });
  return {
    vim,
    settings,
    places: createPlaces(vim, { ...options, folder: settings.folder, host: settings.host }),
    known: new Map(),
    whole: new Set(),
    isOurs: (name) => name.startsWith(options.machinePrefix),
    dnsDomain: options.dnsDomain?.replace(/^\./, ''),
    deployKeys: options.deployKeys ?? [],
    powerOffGuest: options.powerOffGuest,
    times: {
      boot: 10 * 60_000,
      otherHostKey: 60_000,
      shutdown: 2 * 60_000,
      restart: 60_000,
      snapshot: 20_000,
      consolidation: 10 * 60_000,
      ...options.times,
    },
  };
}

/**
 * Machines on VMware vCenter. Makes no call before the first method call.
 * @throws ProviderError Configuration
 */
export function createVsphereProvider(options: VsphereOptions): Provider {
  const context = openContext(options);
  const { vim, settings, places, isOurs } = context;

  async function check(): Promise<void> {
    await places.getFolder();
    // Lists as all of Cornac does, because vCenter may refuse pages after the first.
    await listOurs(context, isOurs);
    const spec = { name: options.machinePrefix, cpus: 1, memoryMiB: 1024, diskGiB: 1 };
    const { origin, base, candidates } = await planClone(context, spec);
    for (const advice of adviseOn(origin, base, candidates)) options.warn?.(advice);
    const { inventoryNetwork } = options;
    if (inventoryNetwork !== undefined) await planClone(context, { ...spec, network: inventoryNetwork });
    engineVersions(origin, settings.engineVersions);
  }

  async function destroyMachine(wanted: MachineRef, progress: Progress): Promise<void> {
    const name = named(wanted.name);
    await powerOff(context, wanted, progress);
    await retryTransient(progress, async () => {
      const found = await lookUp(context, name);
      if (!found || found === 'foreign') return;
      if (found === 'cloning') throw stillCloned(name);
      if (!isOwnedBy(found, wanted)) return;
      refuseForeignDisks(found);
      try {
        const task = await vim.call('Destroy_Task', { _this: found.ref });
        await finishTask(vim, task, 'Destroying', progress, 15 * 60_000);
      } catch (error) {
        if (!isFault(error, 'ManagedObjectNotFound')) throw error; // another caller was faster
      }
    });
  }

  const named = (name: string) => {
    if (isOurs(name) && /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(name)) return name;
    throw new ProviderError('Configuration', `invalid machine name: ${name}`);
  };

  const lookAtMachine = (name: string): Promise<MachineLook | undefined> =>
    translated(async () => {
      const found = await seek(context, name);
      if (isUnreachable(found)) return toUnreachableMachine(found);
      if (found === 'cloning') return toUnreachableMachine({ name, isOn: false, connection: CLONING });
      return typeof found === 'object' ? lookAt(context, found) : undefined;
    });

  return {
    name: 'vsphere',
    ...onePlace,
    lookForRoom: (name) =>
      translated(async () => {
        if (name === undefined) return [{ ...(await findRoomForNew(context)), begun: false }];
        const found = await lookUp(context, name);
        const room = await findRoom(context, typeof found === 'object' ? found : undefined);
        return [{ ...room, begun: typeof found === 'object' }];
      }),
    check: () => translated(check),
    listEngineVersions: () =>
      translated(async () =>
        engineVersions(await readOrigin(vim, await places.getOrigin()), settings.engineVersions),
      ),
    ensureMachine: (spec, progress) =>
      translated(async () => {
        named(spec.name);
        return toMachine(await makeMachine(context, spec, progress));
      }),
    startMachine: (name, progress) => translated(() => startMachine(context, name, progress)),
    findRunning: async (name) => (await lookAtMachine(name))?.reach,
    stopMachine: (name, progress) => translated(() => stopMachine(context, name, progress)),
    resizeMachine: (spec, progress) => translated(() => resizeMachine(context, spec, progress)),
    destroyMachine: (machine, progress) => translated(() => destroyMachine(machine, progress)),
    findMachine: (name) =>
      translated(async () => {
        const found = await lookUp(context, name);
        return typeof found === 'object' ? toMachine(found) : undefined;
      }),
    lookAtMachine,
    listMachines: () =>
      translated(async () => {
        const { machines, hidden } = await listOurs(context, isOurs);
        await refuseHidden(context, 'vCenter does not list all machines', hidden);
        return machines.map((machine) =>
          isUnreachable(machine) ? toUnreachableMachine(machine) : toMachine(machine),
        );
      }),
    close: () => vim.close(),
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toProviderError(error);
  }
}
