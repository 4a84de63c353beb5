import { ProviderError } from '../provider.ts';
import { type DiskPlace, readOriginVersions, systemDisk } from './domain-xml.ts';
import type { Host } from './host.ts';
import { isSaved, stateOf } from './machine.ts';
import * as procedures from './rpc/procedures.ts';
import type { Volume } from './rpc/structures.ts';
import { readVolume } from './volume-xml.ts';
import { findVolume } from './volumes.ts';

/** The origin of a host, ready to be cloned. */
export interface Origin {
  readonly definition: string;
  readonly disk: {
    readonly volume: Volume;
    readonly path: string;
    readonly format: string;
    readonly capacity: number;
  };
}

/** @throws ProviderError `OriginNotFound`, `OriginBusy`, `Configuration` */
export async function getOrigin(host: Host): Promise<Origin> {
  const name = host.settings.origin;
  const domain = await host.findDomain(name);
  if (domain === undefined) {
    throw new ProviderError(
      'OriginNotFound',
      `libvirt on ${host.name} has no domain ${name}: create it with appliance/build-origin, or name another in MACHINE_ORIGIN`,
    );
  }
  if ((await stateOf(host, domain)) !== 'stopped') {
    throw new ProviderError(
      'OriginBusy',
      `${name} on ${host.name} is running: shut it down, because its disk would change while it is cloned`,
    );
  }
  if (await isSaved(host, domain)) {
    throw new ProviderError(
      'OriginBusy',
      `${name} on ${host.name} is not shut down, its memory is saved in a file: its clone would be a crashed machine with the identity of the origin; virsh start ${name}, and shut it down`,
    );
  }
  const definition = await host.definition(domain);
  const disk = systemDisk(definition);
  const volume = disk && (await findVolume(host, disk));
  if (volume === undefined) {
    throw new ProviderError(
      'Configuration',
      `the system disk of ${name} on ${host.name} (${describe(disk)}) is not a volume of a storage pool: move it into a pool, then virsh pool-refresh`,
    );
  }
  const { xml } = await host.call(procedures.volumeGetXmlDesc, { vol: volume, flags: 0 });
  return { definition, disk: { volume, path: await host.volumePath(volume), ...readVolume(xml) } };
}

function describe(disk: DiskPlace | undefined): string {
  if (disk === undefined) return 'none';
  return 'path' in disk ? disk.path : `${disk.volume} in pool ${disk.pool}`;
}

/**
 * Versions of PostgreSQL in the origin: from the URI, else from the origin's metadata.
 * @throws ProviderError `Configuration` where neither names versions
 */
export async function originVersions(host: Host): Promise<readonly string[]> {
  if (host.options.engineVersions !== undefined) return host.options.engineVersions;
  const versions = readOriginVersions((await getOrigin(host)).definition);
  if (versions.length > 0) return versions;
  throw new ProviderError(
    'Configuration',
    `the metadata of ${host.settings.origin} on ${host.name} does not name its PostgreSQL versions: ` +
      'append ?engine_versions=15.14 (comma-separated versions) to IAAS',
  );
}
