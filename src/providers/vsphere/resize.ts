import { type MachineSpec, type Progress, ProviderError, type Resized } from '../provider.ts';
import { requireRoom } from '../room.ts';
import type { Context } from './context.ts';
import { type Device, growDisk } from './devices.ts';
import { keys, optionValues } from './extra-config.ts';
import { getMachine } from './machine.ts';
import { findRoom } from './room.ts';
import { finishTask, steadily } from './steady.ts';
import type { Ref } from './vim/schema.ts';

/**
 * Grows the data disk at once. CPUs and memory are noted and count from the next start: PostgreSQL would not use what
 * is added under it, and not every guest would see it.
 */
export const resizeMachine = (context: Context, spec: MachineSpec, progress: Progress): Promise<Resized> =>
  steadily(progress, async () => {
    const { vim } = context;
    const machine = await getMachine(context, spec.name);
    const isSized = machine.cpus === spec.cpus && machine.memoryMiB === spec.memoryMiB;
    const deviceChange = growth(machine.dataDisk, spec);
    const isMore = spec.memoryMiB > machine.memoryMiB || deviceChange.length > 0;
    if (isMore) requireRoom({ ...(await findRoom(context, machine.ref)), begun: true }, spec);
    const change = {
      ...(!machine.isOn &&
        !isSized && { numCPUs: spec.cpus, numCoresPerSocket: 1, memoryMB: spec.memoryMiB }),
      deviceChange,
      extraConfig: optionValues([
        [keys.cpus, String(spec.cpus)],
        [keys.memoryMiB, String(spec.memoryMiB)],
      ]),
    };
    const task = (await vim.call('ReconfigVM_Task', { _this: machine.ref, spec: change })) as Ref;
    await finishTask(vim, task, 'Resizing', progress, 15 * 60_000);
    return { restartNeeded: machine.isOn && !isSized, notes: [] };
  });

function growth(disk: Device | undefined, { name, diskGiB }: MachineSpec) {
  if (!disk) throw new ProviderError('Conflict', `the data disk of ${name} is not where it was put`);
  const more = diskGiB - (disk.capacityInKB ?? 0) / 1024 ** 2;
  if (more <= 0) return [];
  return [growDisk(disk, diskGiB)];
}
