import { SshError } from '../../ssh/error.ts';
import { isOwnedBy } from '../owner.ts';
import type { MachineRef, Progress } from '../provider.ts';
import { stillCloned } from './cloning.ts';
import type { Context } from './context.ts';
import { lookUp } from './look-up.ts';
import { finishTask, retryTransient } from './retry.ts';
import { sshTarget } from './start.ts';
import { isFault } from './vim/fault.ts';
import { waitUntil } from './vim/wait.ts';
import { livePaths, type VirtualMachine } from './virtual-machine.ts';

/** Shuts the guest down with VMware Tools, then over SSH; powers it off when neither works in time. */
export async function stopMachine(context: Context, name: string, progress: Progress): Promise<void> {
  const found = await retryTransient(progress, () => find(context, name));
  // A suspended machine, or one that waits for an answer to a question, does not react.
  if (found?.paused) return powerOff(context, { name }, progress);
  for (const ask of [askTools, askOverSsh]) {
    const machine = await retryTransient(progress, () => find(context, name));
    if (!machine?.isOn) return;
    if ((await ask(context, machine, progress)) && (await waitUntilOff(context, machine, progress))) return;
  }
  progress.report('Powering off, because the guest does not shut down');
  await powerOff(context, { name }, progress);
}

/** Powers the machine off at once where it is on or suspended, unless another owner has it. */
export function powerOff(context: Context, wanted: MachineRef, progress: Progress): Promise<void> {
  return retryTransient(progress, async () => {
    const machine = await find(context, wanted.name);
    if (!machine || !(machine.isOn || machine.paused) || !isOwnedBy(machine, wanted)) return;
    const { vim } = context;
    try {
      const task = await vim.call('PowerOffVM_Task', { _this: machine.ref });
      await finishTask(vim, task, 'Powering off', progress, 5 * 60_000);
    } catch (error) {
      if (!isFault(error, 'InvalidPowerState', 'ManagedObjectNotFound')) throw error; // it is off or gone
    }
  });
}

async function find(context: Context, name: string): Promise<VirtualMachine | undefined> {
  const found = await lookUp(context, name);
  if (found === 'cloning') throw stillCloned(name);
  return typeof found === 'object' ? found : undefined;
}

async function askTools(
  { vim }: Context,
  { ref, hasTools }: VirtualMachine,
  progress: Progress,
): Promise<boolean> {
  if (!hasTools) return false;
  progress.report('Asking VMware Tools to shut the guest down');
  // The answer does not matter: other ways follow, and the power state shows the result.
  return vim.call('ShutdownGuest', { _this: ref }).then(
    () => true,
    (error) => isFault(error, 'InvalidPowerState'),
  );
}

async function askOverSsh(context: Context, machine: VirtualMachine, progress: Progress): Promise<boolean> {
  const { powerOffGuest } = context;
  const target = sshTarget(context, machine);
  if (!target || !powerOffGuest) return false;
  progress.report('Asking over SSH to power off');
  // A broken connection is the expected result.
  return powerOffGuest(target, progress.signal).then(
    () => true,
    (error) => error instanceof SshError && error.code === 'Disconnected',
  );
}

async function waitUntilOff(
  context: Context,
  machine: VirtualMachine,
  { signal, report }: Progress,
): Promise<boolean> {
  const deadline = Date.now() + context.times.shutdown;
  const look = async () => ((await find(context, machine.name))?.isOn ? undefined : true);
  const onSlice = () => report('Waiting until the guest is off');
  return (await waitUntil(context.vim, machine.ref, livePaths, look, { deadline, signal, onSlice })) ?? false;
}
