import { ProviderError } from '../provider.ts';
import { type Device, isDisk } from './devices.ts';

/** `[datastore] directory/name.vmdk` */
const path = /^\[[^\]]*\]\s*(.*)\/[^/]*$/;

function directoryOf(file: string | undefined): string | undefined {
  return path.exec(file ?? '')?.[1];
}

interface Parts {
  readonly name: string;
  readonly devices: readonly Device[];
  readonly dataDisk: Device | undefined;
  /** Path of the machine's `.vmx` file. */
  readonly home: string | undefined;
}

/**
 * Paths of foreign disks in a machine: disks from the directory of another machine, or of no machine. The
 * machine's own disks are the system disk (the first disk), the data disk, and every disk in a directory of
 * the machine, on any datastore.
 */
export function findForeignDisks({ name, devices, dataDisk, home }: Parts): string[] {
  const own = directoryOf(home);
  const [system, ...others] = devices.filter(isDisk).sort((a, b) => a.key - b.key);
  return others
    .filter((disk) => disk !== system && disk !== dataDisk)
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
    `${name} has disks that Cornac did not put there, and vCenter would delete their files with it: ${foreignDisks.join(', ')}: remove them from the machine in vCenter, without their files, and it is deleted`,
  );
}
