import type { MachineSpec, Progress, Resized } from '../provider.ts';
import { requireRoom } from '../room.ts';
import type { Context } from './context.ts';
import { growDataDisk, isLarger } from './disk-growth.ts';
import { keys, optionValues } from './extra-config.ts';
import { getMachine } from './look-up.ts';
import { finishTask, retryTransient } from './retry.ts';
import { findRoom } from './room.ts';

/**
 * Grows the data disk at once. CPUs and memory are recorded and take effect at the next start: a running
 * PostgreSQL would not use them, and not every guest would see them. They are recorded in a call of their own
 * before the disk grows, because vCenter may refuse the growth.
 */
export function resizeMachine(context: Context, spec: MachineSpec, progress: Progress): Promise<Resized> {
  return retryTransient(progress, async () => {
    const { vim } = context;
    const machine = await getMachine(context, spec.name);
    const isSized = machine.cpus === spec.cpus && machine.memoryMiB === spec.memoryMiB;
    const grows = isLarger(spec, machine);
    if (spec.memoryMiB > machine.memoryMiB || grows) {
      requireRoom({ ...(await findRoom(context, machine)), begun: true }, spec);
    }
    const change = {
      ...(!machine.isOn &&
        !isSized && { numCPUs: spec.cpus, numCoresPerSocket: 1, memoryMB: spec.memoryMiB }),
      extraConfig: optionValues([
        [keys.cpus, String(spec.cpus)],
        [keys.memoryMiB, String(spec.memoryMiB)],
      ]),
    };
    const task = await vim.call('ReconfigVM_Task', { _this: machine.ref, spec: change });
    await finishTask(vim, task, 'Resizing', progress, 15 * 60_000);
    if (grows) await growDataDisk(context, spec, progress);
    return { restartNeeded: machine.isOn && !isSized, notes: [] };
  });
}
