import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { type Device, device } from './devices.ts';
import type { VcenterSettings } from './iaas-url.ts';
import { dataDiskPlace, type Origin } from './origin.ts';
import { nameAll, type Snapshot } from './snapshots.ts';
import { read } from './vim/properties.ts';
import type { Vim } from './vim/vim.ts';

/** What a clone starts from: the origin at a snapshot, or the origin as it is now. */
export interface Base {
  /** Absent for a full copy. */
  readonly snapshot: Snapshot | undefined;
  readonly devices: readonly Device[];
  /** The free place of the data disk on its SCSI controller. */
  readonly diskPlace: { readonly controllerKey: number; readonly unitNumber: number };
}

type Choice = Pick<VcenterSettings, 'clone' | 'snapshot'>;

function configurationError(message: string) {
  return new ProviderError('Configuration', message);
}
const CRASHED = 'its clone would be a crashed machine with the identity of the origin';

/** @throws ProviderError Configuration where a clone of the origin would be unusable */
export async function chooseBase(vim: Vim, origin: Origin, choice: Choice): Promise<Base> {
  const snapshot = chooseSealed(origin, choice);
  const devices = await readDevices(vim, origin, snapshot);
  return { snapshot, devices, diskPlace: dataDiskPlace(devices) };
}

/**
 * The snapshot that clones are linked to; undefined where clones are full copies. A snapshot with memory is
 * refused. A snapshot that is newer than the last power-on of a running origin is refused. For other
 * snapshots vCenter does not show whether the origin was off.
 * @throws ProviderError Configuration where the origin is not shut down, or was not at the time of the
 *   snapshot
 */
export function chooseSealed(origin: Origin, choice: Choice): Snapshot | undefined {
  const snapshot = chooseSnapshot(origin, choice);
  if (!snapshot) {
    if (!origin.isOff) {
      throw configurationError(`MACHINE_ORIGIN: the origin is not off: ${CRASHED}; shut it down`);
    }
    return snapshot;
  }
  if (wasRunning(origin, snapshot)) {
    const hint = 'create a snapshot while it is off, or name another with snapshot=NAME in IAAS';
    const what = `MACHINE_ORIGIN: its snapshot ${nameAll([snapshot])} was created while the origin ran`;
    throw configurationError(`${what}: ${CRASHED}; ${hint}`);
  }
  return snapshot;
}

/** A linked clone gets the hardware of the snapshot; later changes of the origin do not count. */
export async function readDevices(
  vim: Vim,
  origin: Origin,
  snapshot: Snapshot | undefined,
): Promise<readonly Device[]> {
  if (!snapshot) return origin.devices;
  const shape = { 'config.hardware.device': z.array(device) };
  return (await read(vim, snapshot.ref, shape))['config.hardware.device'];
}

function chooseSnapshot(origin: Origin, { clone, snapshot: wanted }: Choice): Snapshot | undefined {
  if (clone === 'full') return undefined;
  const { snapshots, currentSnapshot } = origin;
  if (wanted !== undefined) {
    const [found, ...more] = snapshots.filter(({ name }) => name === wanted);
    if (found && more.length === 0) return found;
    const what = found
      ? `${more.length + 1} snapshots of that name: rename all but one`
      : `no such snapshot, but ${nameAll(snapshots) || 'none'}`;
    throw configurationError(`IAAS: snapshot=${wanted}: the origin has ${what}`);
  }
  const current = snapshots.find(({ ref }) => ref.value === currentSnapshot?.value);
  if (current || clone === 'auto') return current;
  const hint = 'create a snapshot while it is off, or set clone=full in IAAS';
  throw configurationError(`MACHINE_ORIGIN: the origin has no snapshot to link to; ${hint}`);
}

/**
 * vCenter shows "off" for every snapshot without memory. Only the boot time of a running origin refutes it.
 */
function wasRunning({ bootedAt }: Origin, { isOfOff, madeAt }: Snapshot): boolean {
  return !isOfOff || (bootedAt !== undefined && madeAt > bootedAt);
}
