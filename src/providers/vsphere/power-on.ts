import { z } from 'zod';
import { type Progress, ProviderError } from '../provider.ts';
import type { Context } from './context.ts';
import { findDatacenter } from './datacenter.ts';
import { keys } from './extra-config.ts';
import { getMachine } from './look-up.ts';
import { finishTask } from './retry.ts';
import { isFault, localizedFault } from './vim/fault.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref as reference } from './vim/shapes.ts';
import { waitUntil } from './vim/wait.ts';
import { livePaths } from './virtual-machine.ts';

const TIMEOUT_MS = 10 * 60_000;

/** Powers the machine on with its wanted size. A suspended machine stays so: power-on would resume it. */
export async function powerOn(context: Context, name: string, progress: Progress): Promise<void> {
  const { vim } = context;
  const machine = await getMachine(context, name);
  if (machine.isOn || machine.paused) return;
  const { ref, extraConfig, cpus, memoryMiB } = machine;
  const numCPUs = Number(extraConfig.get(keys.cpus) ?? cpus);
  const memoryMB = Number(extraConfig.get(keys.memoryMiB) ?? memoryMiB);
  if (numCPUs !== cpus || memoryMB !== memoryMiB) {
    const spec = { numCPUs, numCoresPerSocket: 1, memoryMB };
    const task = await vim.call('ReconfigVM_Task', { _this: ref, spec });
    await finishTask(vim, task, 'Changing CPUs and memory', progress, TIMEOUT_MS);
  }
  await placeAndPowerOn(context, name, ref, progress).catch((error) => {
    if (!isFault(error, 'InvalidPowerState')) throw error; // another caller was faster
  });
}

const outcome = z.looseObject({
  attempted: listOf(z.looseObject({ task: reference.optional() })),
  notAttempted: listOf(z.looseObject({ fault: z.unknown().optional() })),
});

/**
 * Lets DRS find a host for the machine; DRS may move other machines and wake hosts. The datacenter's task
 * succeeds even when no machine is powered on: its result shows the outcome.
 */
async function placeAndPowerOn(context: Context, name: string, ref: Ref, progress: Progress): Promise<void> {
  const { vim } = context;
  const what = 'Powering on';
  const { task, isOwn } = await begin(context, ref);
  await finishTask(vim, task, what, progress, TIMEOUT_MS);
  if (isOwn) return;
  const { attempted, notAttempted } = await readOutcome(context, task);
  const [refused] = notAttempted;
  if (refused) throw localizedFault(refused.fault);
  const own = attempted[0]?.task;
  if (own) return finishTask(vim, own, what, progress, TIMEOUT_MS);
  // The machine has no task of its own, or DRS waits for an approval first.
  const look = async () => {
    const { isOn, paused } = await getMachine(context, name);
    return isOn || paused ? true : undefined;
  };
  const onSlice = () => progress.report(`${what}: check whether DRS waits for an approval in vCenter`);
  const deadline = Date.now() + TIMEOUT_MS;
  const { signal } = progress;
  if (await waitUntil(vim, ref, livePaths, look, { deadline, signal, onSlice })) return;
  throw new ProviderError('Timeout', `${name} is not on: check whether DRS waits for an approval in vCenter`);
}

/** @returns the datacenter's task where the account may use it, else the machine's own task */
async function begin(context: Context, ref: Ref): Promise<{ task: Ref; isOwn: boolean }> {
  const { vim } = context;
  // In a cluster whose DRS is manual, an operator would have to approve each start.
  const option = [{ $type: 'OptionValue', key: 'OverrideAutomationLevel', value: 'fullyAutomated' }] as const;
  try {
    const datacenter = await findDatacenter(context, ref);
    if (datacenter) {
      const task = await vim.call('PowerOnMultiVM_Task', { _this: datacenter, vm: [ref], option });
      return { task, isOwn: false };
    }
  } catch (error) {
    // An account with privileges only on the folder may still power on the machines in it.
    if (!isFault(error, 'NoPermission')) throw error;
  }
  return { task: await vim.call('PowerOnVM_Task', { _this: ref }), isOwn: true };
}

/** A task that vCenter has forgotten has no result. */
async function readOutcome({ vim }: Context, task: Ref): Promise<z.output<typeof outcome>> {
  const nothing = { attempted: [], notAttempted: [] };
  const found = await read(vim, task, { 'info.result': outcome.optional() }).catch((error) => {
    if (isFault(error, 'ManagedObjectNotFound')) return undefined;
    throw error;
  });
  return found?.['info.result'] ?? nothing;
}
