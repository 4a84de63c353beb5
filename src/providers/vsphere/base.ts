import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { type Device, device } from './devices.ts';
import type { VcenterSettings } from './iaas-url.ts';
import { dataDiskPlace, type Origin } from './origin.ts';
import { nameAll, type Snapshot } from './snapshots.ts';
import { read } from './vim/properties.ts';
import type { Vim } from './vim/vim.ts';

/** What a clone begins with: the origin as it was at a snapshot, or as it is. */
export interface Base {
  /** Absent: a full copy. */
  readonly snapshot: Snapshot | undefined;
  readonly devices: readonly Device[];
  /** Where the data disk goes. */
  readonly diskPlace: { readonly controllerKey: number; readonly unitNumber: number };
}

type Choice = Pick<VcenterSettings, 'clone' | 'snapshot'>;

function wrong(message: string) {
  return new ProviderError('Configuration', message);
}
const CRASHED = 'a clone of that is a machine after a crash, with the identity of the origin';

/** @throws ProviderError Configuration where nothing good can be cloned from the origin */
export async function chooseBase(vim: Vim, origin: Origin, choice: Choice): Promise<Base> {
  const snapshot = chooseSealed(origin, choice);
  const devices = await readDevices(vim, origin, snapshot);
  return { snapshot, devices, diskPlace: dataDiskPlace(devices) };
}

/**
 * The snapshot that clones are linked to; none where they are copies. One with memory is refused, and one that was made
 * since the origin was powered on, while it runs: of others nobody knows whether it was off.
 * @throws ProviderError Configuration where the origin as it is, or was then, is not shut down
 */
export function chooseSealed(origin: Origin, choice: Choice): Snapshot | undefined {
  const snapshot = chooseSnapshot(origin, choice);
  if (!snapshot) {
    if (!origin.isOff) throw wrong(`MACHINE_ORIGIN: the origin is not off: ${CRASHED}; shut it down`);
    return snapshot;
  }
  if (wasRunning(origin, snapshot)) {
    const hint = 'make one while it is off, or name another one with snapshot=NAME in IAAS';
    const what = `MACHINE_ORIGIN: its snapshot ${nameAll([snapshot])} was made while the origin ran`;
    throw wrong(`${what}: ${CRASHED}; ${hint}`);
  }
  return snapshot;
}

/** The clone gets the hardware of the snapshot, whatever the origin was given since. */
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
      : `no such snapshot, but ${nameAll(snapshots) || 'none at all'}`;
    throw wrong(`IAAS: snapshot=${wanted}: the origin has ${what}`);
  }
  const current = snapshots.find(({ ref }) => ref.value === currentSnapshot?.value);
  if (current || clone === 'auto') return current;
  const hint = 'make one while it is off, or set clone=full in IAAS';
  throw wrong(`MACHINE_ORIGIN: the origin has no snapshot to link to; ${hint}`);
}

/** Of a snapshot without memory vCenter says that the machine was off. Only while it runs still, it is known better. */
function wasRunning({ bootedAt }: Origin, { isOfOff, madeAt }: Snapshot): boolean {
  return !isOfOff || (bootedAt !== undefined && madeAt > bootedAt);
}
