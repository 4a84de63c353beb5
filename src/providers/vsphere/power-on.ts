import type { Progress } from '../provider.ts';
import type { Context } from './context.ts';
import { keys } from './extra-config.ts';
import { getMachine } from './machine.ts';
import { finishTask } from './steady.ts';
import { isFault } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';

/** Powers the machine on with the size that it is to have. One that was suspended is left so: it would go on. */
export async function powerOn(context: Context, name: string, progress: Progress): Promise<void> {
  const { vim } = context;
  const machine = await getMachine(context, name);
  if (machine.isOn || machine.paused) return;
  const { ref, extraConfig, cpus, memoryMiB } = machine;
  const run = async (what: string, task: Promise<unknown>) =>
    finishTask(vim, (await task) as Ref, what, progress, 10 * 60_000);
  const numCPUs = Number(extraConfig.get(keys.cpus) ?? cpus);
  const memoryMB = Number(extraConfig.get(keys.memoryMiB) ?? memoryMiB);
  if (numCPUs !== cpus || memoryMB !== memoryMiB) {
    const spec = { numCPUs, numCoresPerSocket: 1, memoryMB };
    await run('Changing CPUs and memory', vim.call('ReconfigVM_Task', { _this: ref, spec }));
  }
  await run('Powering on', vim.call('PowerOnVM_Task', { _this: ref })).catch((error) => {
    if (!isFault(error, 'InvalidPowerState')) throw error; // somebody else was quicker
  });
}
