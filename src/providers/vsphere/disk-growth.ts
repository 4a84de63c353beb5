import { KIB_PER_GIB } from '../../system/units.ts';
import { type MachineSpec, type Progress, ProviderError } from '../provider.ts';
import { waitingFor } from '../waiting.ts';
import type { Context } from './context.ts';
import { growDisk } from './devices.ts';
import { getMachine } from './look-up.ts';
import { nameAll, type Snapshot, snapshots } from './snapshots.ts';
import { finishTask } from './steady.ts';
import { isFault, type VimFault } from './vim/fault.ts';
import { read } from './vim/properties.ts';
import { waitUntil } from './vim/wait.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** Faults that vCenter returns when a backup has replaced the disk's file since the disk was read. */
function isChanged(error: unknown): error is VimFault {
  return isFault(
    error,
    'InvalidDeviceOperation',
    'InvalidDeviceBacking',
    'InvalidDeviceSpec',
    'GenericVmConfigFault',
  );
}

/**
 * Grows the data disk. vCenter refuses that while the machine has snapshots. This attempt waits only briefly
 * for their removal, because the duration of a backup is unknown.
 * @throws ProviderError `MachineBusy`, `Conflict`
 */
export async function growDataDisk(context: Context, spec: MachineSpec, progress: Progress): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const machine = await waitForSnapshots(context, spec.name, progress);
    const { ref, dataDisk } = machine;
    if (!dataDisk || !isLarger(spec, machine)) return;
    const change = { deviceChange: [growDisk(dataDisk, spec.diskGiB)] };
    try {
      const task = await context.vim.call('ReconfigVM_Task', { _this: ref, spec: change });
      return await finishTask(context.vim, task, 'Growing the data disk', progress, 15 * 60_000);
    } catch (error) {
      if (!isChanged(error) || attempt > 1) throw error;
    }
  }
}

/** @throws ProviderError `Conflict` */
export function isLarger({ name, diskGiB }: MachineSpec, { dataDisk }: VirtualMachine): boolean {
  if (dataDisk) return diskGiB > (dataDisk.capacityInKB ?? 0) / KIB_PER_GIB;
  throw new ProviderError('Conflict', `the data disk of ${name} is not where it was put`);
}

async function waitForSnapshots(
  context: Context,
  name: string,
  { signal, report }: Progress,
): Promise<VirtualMachine> {
  const { snapshot, consolidation } = context.times;
  const since = Date.now();
  let deadline = since + snapshot;
  let machine = await getMachine(context, name);
  let why = 'while vCenter cannot be asked';
  let isLeft = false;
  const tell = () => report(waitingFor(`the snapshots of ${name} to go`, since, deadline, why));
  const look = async () => {
    machine = await getMachine(context, name);
    const inTheWay = await findInTheWay(context, machine);
    if (!inTheWay) return machine;
    isLeft = inTheWay.length === 0;
    const before = why;
    why = explain(inTheWay);
    if (why !== before) tell();
    return undefined;
  };
  const paths = ['snapshot', 'config.hardware.device'];
  const wait = () => waitUntil(context.vim, machine.ref, paths, look, { deadline, signal, onSlice: tell });
  const free = await wait();
  if (free) return free;
  if (isLeft) {
    // A snapshot leaves the list before vCenter has merged its data into the disk.
    deadline = since + consolidation;
    const consolidated = await wait();
    if (consolidated) return consolidated;
    if (isLeft) throw new ProviderError('Conflict', `the data disk of ${name} cannot grow ${why}`);
  }
  throw new ProviderError('MachineBusy', `the data disk of ${name} cannot grow ${why}`);
}

/** Undefined: the disk may grow. Empty: a failed backup left no snapshot, but a disk with a parent. */
async function findInTheWay(
  { vim }: Context,
  { ref, dataDisk }: VirtualMachine,
): Promise<Snapshot[] | undefined> {
  const found = await read(vim, ref, { 'snapshot.rootSnapshotList': snapshots });
  const all = found['snapshot.rootSnapshotList'];
  return all.length > 0 || dataDisk?.backing?.parent !== undefined ? all : undefined;
}

function explain(all: readonly Snapshot[]): string {
  return all.length > 0
    ? `while there are snapshots of it: ${nameAll(all)}; a backup removes its own, others are to be removed in vCenter`
    : 'while its disk has a parent, although there are no snapshots of it: consolidate its disks in vCenter';
}
