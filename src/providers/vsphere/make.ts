import { setTimeout as delay } from 'node:timers/promises';
import { requireOwner } from '../owner.ts';
import { type MachineSpec, noProgress, type Progress, ProviderError } from '../provider.ts';
import { requireRoom } from '../room.ts';
import { chooseBase } from './base.ts';
import { cloneSpec } from './clone-spec.ts';
import type { Context } from './context.ts';
import { customization } from './customization.ts';
import { keys, optionValues } from './extra-config.ts';
import { findCandidates, requirementsOf } from './hosts.ts';
import { lookInFolder, lookUp } from './look-up.ts';
import { readOrigin } from './origin.ts';
import { currentTime } from './prepared.ts';
import { finishTask, retryTransient } from './retry.ts';
import { findRoom } from './room.ts';
import { isFault } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const CLONE_TIMEOUT_MS = 60 * 60_000;

/** Makes the machine unless it exists, and prepares it for its first start. */
export async function makeMachine(
  context: Context,
  spec: MachineSpec,
  progress: Progress,
): Promise<VirtualMachine> {
  await finishEarlierClone(context, progress);
  return retryTransient(progress, async () => {
    const machine = requireOwner(await ensureClone(context, spec, progress), spec);
    if (machine.extraConfig.has(keys.prepared)) return machine;
    await customize(context, machine, progress);
    return getOurs(context, spec, progress);
  });
}

/** A worker that takes over waits for the previous worker's clone, and starts no second one. */
async function finishEarlierClone(context: Context, progress: Progress): Promise<void> {
  const { task } = (progress.resume ?? {}) as { task?: string };
  if (!task) return;
  const what = 'Cloning the origin, started by another worker';
  await finishClone(context, { type: 'Task', value: task }, what, progress).catch((error) => {
    progress.signal.throwIfAborted();
    progress.report(`${what}: ${(error as Error).message}`);
  });
}

async function ensureClone(context: Context, spec: MachineSpec, progress: Progress): Promise<VirtualMachine> {
  const { vim, places } = context;
  const folder = await places.getFolder();
  if (await lookForOurs(context, folder, spec)) return getOurs(context, spec, progress);
  const { origin, base, clone } = await planClone(context, spec);
  requireRoom({ ...(await findRoom(context)), begun: false }, spec);
  const what = `Cloning the origin${base.snapshot ? '' : ' in full, because it has no snapshot'}`;
  try {
    progress.signal.throwIfAborted();
    const input = { _this: origin.ref, folder, name: spec.name, spec: clone };
    const task = await vim.call('CloneVM_Task', input);
    progress.report(what, { task: task.value });
    await finishClone(context, task, what, progress);
  } catch (error) {
    // Another worker started the clone, or this one did and the answer was lost.
    if (!isFault(error, 'DuplicateName')) throw error;
  }
  return getOurs(context, spec, progress);
}

/** Checks that everything that a clone requires exists, before anything is made. */
export async function planClone(context: Context, spec: MachineSpec) {
  const { places, vim, settings, dnsDomain } = context;
  customization({ name: spec.name, address: spec.address, domain: dnsDomain, cards: 1 }, settings);
  const origin = await readOrigin(vim, await places.getOrigin());
  const base = await chooseBase(vim, origin, settings);
  const pool = await places.getResourcePool(origin);
  const [host, datastore, network] = await Promise.all([
    places.getHost(pool),
    places.getDatastore(),
    places.getNetwork(spec.network),
  ]);
  const what = spec.network === undefined ? 'NETWORK' : 'INVENTORY_NETWORK';
  const required = requirementsOf(datastore, base, [{ what, backing: network }]);
  const candidates = await findCandidates(vim, { pool, host }, required);
  const { deployKeys } = context;
  const extra = settings.extraConfig;
  const clone = cloneSpec({ spec, base, pool, host, datastore, network, deployKeys, extra });
  return { origin, base, candidates, clone };
}

async function finishClone(context: Context, task: Ref, what: string, progress: Progress): Promise<void> {
  const { vim } = context;
  try {
    await finishTask(vim, task, what, progress, CLONE_TIMEOUT_MS);
  } catch (error) {
    // Returning while the clone continues would leave a machine that no caller waits for.
    if (progress.signal.aborted) await cancel(context, task);
    throw error;
  }
}

async function cancel({ vim }: Context, task: Ref): Promise<void> {
  await vim.call('CancelTask', { _this: task }).catch(() => {}); // it may have ended, or not be cancelable
  await finishTask(vim, task, 'Cancelling the clone', noProgress(), 30_000).catch(() => {});
}

/**
 * Cornac's machine in any folder, else the object that blocks a new machine. The inventory's own machine has
 * no recorded owner and is accepted only in the folder: in another folder it may belong to another Cornac.
 */
async function lookForOurs(context: Context, folder: Ref, { name, owner }: MachineSpec) {
  const found = await lookUp(context, name);
  const here = await lookInFolder(context, folder, name);
  if (typeof found !== 'object' || typeof here === 'object') return here;
  if (owner !== undefined) return found;
  throw new ProviderError(
    'Conflict',
    `a machine ${name} exists in another folder: if it belongs to this Cornac, name its folder in IAAS (folder=), otherwise choose another MACHINE_PREFIX`,
  );
}

/**
 * Cornac's machine of that name, once it is complete.
 * @throws ProviderError Conflict when it is a foreign machine
 */
async function getOurs(context: Context, spec: MachineSpec, progress: Progress): Promise<VirtualMachine> {
  const { name } = spec;
  const folder = await context.places.getFolder();
  const deadline = Date.now() + CLONE_TIMEOUT_MS;
  for (let pause = 1_000; Date.now() < deadline; pause = Math.min(2 * pause, 10_000)) {
    const found = await lookForOurs(context, folder, spec);
    if (typeof found === 'object') return found;
    if (found === 'foreign') {
      throw new ProviderError('Conflict', `the name ${name} is used by an object that Cornac did not create`);
    }
    if (!found) {
      throw new ProviderError('Unavailable', `the clone ${name} was started but does not exist; try again`);
    }
    progress.report(`${name} is being cloned`);
    await delay(pause, undefined, { signal: progress.signal }).catch(() => progress.signal.throwIfAborted());
  }
  throw new ProviderError('Timeout', `another client has been cloning ${name} for an hour`);
}

async function customize(context: Context, machine: VirtualMachine, progress: Progress): Promise<void> {
  const { vim, settings, dnsDomain } = context;
  const { ref, name, isOn, extraConfig, cards } = machine;
  const run = async (what: string, task: Promise<Ref>) =>
    finishTask(vim, await task, what, progress, 5 * 60_000);
  const address = extraConfig.get(keys.address);
  const spec = customization({ name, address, domain: dnsDomain, cards }, settings);
  if (isOn) {
    const what = `${name} was powered on before it was customized`;
    throw new ProviderError('Conflict', `${what}: delete it, and leave its machine to Cornac`);
  }
  const pending = run('Customizing the guest', vim.call('CustomizeVM_Task', { _this: ref, spec }));
  await pending.catch((error) => {
    if (!isFault(error, 'CustomizationPending')) throw error; // requested before; answer lost
  });
  const prepared = { extraConfig: optionValues([[keys.prepared, await currentTime(vim)]]) };
  await run('Noting that it is prepared', vim.call('ReconfigVM_Task', { _this: ref, spec: prepared }));
}
