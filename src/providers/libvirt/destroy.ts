import { dirname } from 'node:path';
import { isOwnedBy } from '../owner.ts';
import { type MachineRef, type Progress, ProviderError } from '../provider.ts';
import { readCard } from './card.ts';
import { diskPaths } from './domain-xml.ts';
import { findDisk, poolsAt } from './find-disk.ts';
import type { Host } from './host.ts';
import { findOwnDomain, type OwnDomain } from './machine.ts';
import { unplug } from './plug.ts';
import { cutPower, powerOff } from './power.ts';
import type { Wanted } from './reserve.ts';
import { ErrorCode, isLibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { deleteVolume, machineVolumes } from './volumes.ts';

/** Managed save image, metadata of snapshots and checkpoints, firmware variables, TPM. */
const UNDEFINE_ALL = 1 | 2 | 4 | 16 | 32;
/** Known since libvirt 8.9. An older libvirt removes a TPM's state without this flag. */
const UNDEFINE_TPM = 32;
/** How long a guest may take to shut down. A shutdown is wanted only because it gives the DHCP lease back. */
const GRACE_MS = 30_000;

/**
 * Removes a machine from a host: disks, domain, seed. Safe at any stage of making and removing it, and beside a
 * later machine of the same name. Calls name the domain by its UUID, and volumes have the owner in their name.
 */
export async function destroyOn(host: Host, machine: MachineRef, progress: Progress): Promise<void> {
  const own = await findOwnDomain(host, machine.name);
  if (own !== undefined && isOwnedBy(own, machine)) {
    const { mac, network } = readCard(own.definition);
    await destroyDomain(host, own, { ...machine, mac }, progress);
    // Another worker that was about to start the machine may have reserved its address again.
    if (network !== undefined) await unplug(host, { ...machine, mac }, [network]);
  }
  const { network, inventoryNetwork = network } = host.settings;
  await unplug(host, machine, [network, inventoryNetwork]);
  for (const volume of await machineVolumes(host, machine)) await deleteVolume(host, volume);
}

/** Removes first what only the definition names, because after a crash another worker could not find it. */
async function destroyDomain(
  host: Host,
  { domain, definition }: OwnDomain,
  machine: Wanted,
  progress: Progress,
): Promise<void> {
  const { name } = domain;
  // Another worker that removes the machine may be quicker.
  await orMissing(powerOff(host, domain, progress, GRACE_MS), ErrorCode.noDomain);
  await cutPower(host, domain);
  progress.report(`removing ${name}`);
  for (const path of diskPaths(definition)) {
    const volume = await findDisk(host, path);
    if (volume?.name.startsWith(`${name}.`)) await deleteVolume(host, volume);
    if (volume === undefined) await refuseInactivePool(host, name, path);
  }
  const { network } = readCard(definition);
  if (network !== undefined) await unplug(host, machine, [network]);
  await orMissing(undefine(host, domain), ErrorCode.noDomain);
  // Another worker that waits for the machine may have powered it on again, without knowing of the removal.
  await cutPower(host, domain);
}

/** @throws ProviderError `Unavailable` where libvirt does not know the volume because its pool is not active */
async function refuseInactivePool(host: Host, machine: string, path: string): Promise<void> {
  const [pool] = await poolsAt(host, dirname(path), 'inactive');
  if (pool === undefined) return;
  throw new ProviderError(
    'Unavailable',
    `storage pool ${pool.name} on ${host.name} is not active, but has a disk of ${machine}: virsh pool-start ${pool.name}`,
  );
}

async function undefine(host: Host, dom: Domain): Promise<void> {
  try {
    await host.call(procedures.domainUndefineFlags, { dom, flags: UNDEFINE_ALL });
  } catch (error) {
    if (!isLibvirtError(error, ErrorCode.invalidArg)) throw error;
    await host.call(procedures.domainUndefineFlags, { dom, flags: UNDEFINE_ALL & ~UNDEFINE_TPM });
  }
}
