import type { Base } from './base.ts';
import { type Device, isDisk } from './devices.ts';
import { explain, type HostAccess } from './hosts.ts';
import type { Origin } from './origin.ts';

/** Each file in a chain of disks slows reads, and ESXi opens at most 32 files. */
const LONG_CHAIN = 8;

/** What an operator should know before machines are made. None of it prevents a clone. */
export function adviseOn(
  { isTemplate }: Pick<Origin, 'isTemplate'>,
  { snapshot, devices }: Pick<Base, 'snapshot' | 'devices'>,
  candidates: readonly HostAccess[],
): string[] {
  const longest = Math.max(0, ...devices.filter(isDisk).map(({ backing }) => lengthOf(backing)));
  const blind = explain(candidates.filter(({ isReady }) => isReady));
  return [
    ...(isTemplate && snapshot
      ? [
          'MACHINE_ORIGIN: is a template: some releases fail to clone one from its snapshot (missing vmsn); convert it to a virtual machine',
        ]
      : []),
    ...(snapshot && longest >= LONG_CHAIN
      ? [
          `MACHINE_ORIGIN: a disk at its snapshot is a chain of ${longest} files, and a clone adds one (32 at most, each slows reads): build a new origin`,
        ]
      : []),
    ...(blind ? [`VCENTER_RESOURCE_POOL: ${blind}: a machine that vCenter makes there fails`] : []),
  ];
}

type Backing = NonNullable<Device['backing']>;

function lengthOf(backing: Device['backing']): number {
  let length = 0;
  for (let file = backing; file; file = file.parent as Backing | undefined) length += 1;
  return length;
}
