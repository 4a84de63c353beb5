import { KIB_PER_GIB } from '../../system/units.ts';
import { type MachineSpec, type Progress, ProviderError } from '../provider.ts';
import { waitingFor } from '../waiting.ts';
import type { Context } from './context.ts';
import { growDisk } from './devices.ts';
import { getMachine } from './look-up.ts';
import { finishTask } from './retry.ts';
import { nameAll, type Snapshot, snapshots } from './snapshots.ts';
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
  throw new ProviderError('Conflict', `the data disk of ${name} is not at its recorded place`);
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
  let reason = 'while vCenter is unreachable';
  let isUnconsolidated = false;
  const reportWait = () =>
    report(waitingFor(`the removal of the snapshots of ${name}`, since, deadline, reason));
  const look = async () => {
    machine = await getMachine(context, name);
    const blocking = await findBlockingSnapshots(context, machine);
    if (!blocking) return machine;
    isUnconsolidated = blocking.length === 0;
    const before = reason;
    reason = explain(blocking);
    if (reason !== before) reportWait();
    return undefined;
  };
  const paths = ['snapshot', 'config.hardware.device'];
  const wait = () =>
    waitUntil(context.vim, machine.ref, paths, look, { deadline, signal, onSlice: reportWait });
  const free = await wait();
  if (free) return free;
  if (isUnconsolidated) {
    // A snapshot leaves the list before vCenter has merged its data into the disk.
    deadline = since + consolidation;
    const consolidated = await wait();
    if (consolidated) return consolidated;
    if (isUnconsolidated)
      throw new ProviderError('Conflict', `the data disk of ${name} cannot grow ${reason}`);
  }
  throw new ProviderError('MachineBusy', `the data disk of ${name} cannot grow ${reason}`);
}

/** Undefined: the disk may grow. Empty: a failed backup left no snapshot, but a disk with a parent. */
async function findBlockingSnapshots(
  { vim }: Context,
  { ref, dataDisk }: VirtualMachine,
): Promise<Snapshot[] | undefined> {
  const found = await read(vim, ref, { 'snapshot.rootSnapshotList': snapshots });
  const all = found['snapshot.rootSnapshotList'];
  return all.length > 0 || dataDisk?.backing?.parent !== undefined ? all : undefined;
}

function explain(all: readonly Snapshot[]): string {
  return all.length > 0
    ? `while it has snapshots: ${nameAll(all)}; a backup removes its own, remove others in vCenter`
    : 'while its disk has a parent, although it has no snapshots: consolidate its disks in vCenter';
}
