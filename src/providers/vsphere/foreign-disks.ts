import { ProviderError } from '../provider.ts';
import { type Device, isDisk, placeOf } from './devices.ts';

/** `[datastore] directory/name.vmdk` */
const path = /^\[[^\]]*\]\s*(.*)\/[^/]*$/;

function directoryOf(file: string | undefined): string | undefined {
  return path.exec(file ?? '')?.[1];
}

interface Parts {
  readonly name: string;
  readonly devices: readonly Device[];
  readonly dataDisk: Device | undefined;
  /** As recorded at the clone: see `keys.originDisks`. */
  readonly originDisks?: string | undefined;
  /** Path of the machine's `.vmx` file. */
  readonly home: string | undefined;
}

/**
 * Paths of foreign disks in a machine: disks from the directory of another machine, or of no machine. The
 * machine's own disks are those of its origin, the data disk, and every disk in a directory of the machine, on
 * any datastore. Where the origin's disks are not recorded, the first disk counts as the system disk.
 */
export function findForeignDisks({ name, devices, dataDisk, originDisks, home }: Parts): string[] {
  const own = directoryOf(home);
  const disks = devices.filter(isDisk).sort((a, b) => a.key - b.key);
  const cloned = originDisks?.split(',') ?? disks.slice(0, 1).map(placeOf);
  return disks
    .filter((disk) => disk !== dataDisk && !cloned.includes(placeOf(disk)))
    .map((disk) => disk.backing?.fileName)
    .filter((file) => file !== undefined)
    .filter((file) => {
      const directory = directoryOf(file);
      // vCenter appends a number where the directory already exists.
      const isNamed = directory?.replace(/_\d+$/, '') === name;
      return directory !== undefined && directory !== own && !isNamed;
    });
}

/**
 * Refuses to delete a machine with foreign disks, because vCenter deletes the files of all disks in the
 * machine.
 * @throws ProviderError `MachineBusy`
 */
export function refuseForeignDisks(machine: {
  readonly name: string;
  readonly foreignDisks: readonly string[];
}): void {
  const { name, foreignDisks } = machine;
  if (foreignDisks.length === 0) return;
  throw new ProviderError(
    'MachineBusy',
    `${name} has disks that Cornac did not attach, and vCenter would delete their files with it: ${foreignDisks.join(', ')}: detach them from the machine in vCenter, without their files; Cornac then deletes the machine`,
  );
}
