import { randomBytes, randomUUID } from 'node:crypto';
import { generateKeyPair } from '../../ssh/key-pair.ts';
import { GIB } from '../../system/units.ts';
import { requireOwner } from '../owner.ts';
import { type MachineRef, type MachineSpec, type Progress, ProviderError } from '../provider.ts';
import { type DiskSource, diskPaths, machineXml } from './domain-xml.ts';
import type { Host } from './host.ts';
import { type Identity, seedImage, smbiosStrings } from './identity.ts';
import { findOwnDomain, type OwnDomain } from './machine.ts';
import { getOrigin, type Origin } from './origin.ts';
import { planCard } from './plug.ts';
import { ErrorCode, LibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Pool, Volume } from './rpc/structures.ts';
import {
  copyVolume,
  createVolume,
  deleteVolume,
  machineVolumes,
  poolForDisks,
  uploadVolume,
  volumeNames,
} from './volumes.ts';

/**
 * Makes a machine that does not exist. Each attempt defines the domain last, and the first attempt to define
 * it makes the machine. The remains of other attempts are removed, also those of concurrent workers.
 */
export async function cloneMachine(
  host: Host,
  spec: MachineSpec,
  authorizedKeys: readonly string[],
  progress: Progress,
): Promise<OwnDomain> {
  const attempt = randomBytes(4).toString('hex');
  let failure: unknown;
  try {
    await makeAttempt(host, spec, attempt, authorizedKeys, progress);
  } catch (error) {
    failure = error;
  }
  const made = await findOwnDomain(host, spec.name);
  if (made === undefined) {
    // A refused call, unlike an unanswered one, takes no effect later, so that nothing needs these volumes.
    if (failure instanceof LibvirtError) await removeAttempt(host, spec, attempt).catch(() => {});
    throw failure ?? new ProviderError('Unavailable', `${spec.name} was removed while it was created`);
  }
  await removeOthers(host, spec, made);
  return requireOwner(made, spec);
}

async function makeAttempt(
  host: Host,
  spec: MachineSpec,
  attempt: string,
  authorizedKeys: readonly string[],
  progress: Progress,
): Promise<void> {
  const origin = await getOrigin(host);
  const pool = await poolForDisks(host);
  const names = volumeNames(spec, attempt);
  const source = async (volume: Volume, format: DiskSource['format']): Promise<DiskSource> => ({
    path: await host.volumePath(volume),
    format,
  });

  progress.report(`cloning ${host.settings.origin}`);
  progress.signal.throwIfAborted();
  const root = await cloneRoot(host, pool, names.root, origin);
  const data = await createVolume(host, pool, {
    name: names.data,
    capacity: spec.diskGiB * GIB,
    format: 'qcow2',
  });
  const identity = await createIdentity(host, pool, names.seed, { hostname: spec.name, authorizedKeys });

  progress.report(`defining ${spec.name}`);
  progress.signal.throwIfAborted();
  const card = await planCard(host, spec);
  const xml = machineXml(origin.definition, {
    ...spec,
    uuid: randomUUID(),
    card,
    root: await source(root, 'qcow2'),
    data: await source(data, 'qcow2'),
    seed: identity.seed && (await source(identity.seed, 'raw')),
    oemStrings: identity.oemStrings,
    hostKey: identity.hostKey,
  });
  await host.call(procedures.domainDefineXmlFlags, { xml, flags: 0 });
}

/** Removes the volumes that a machine does not use. A busy volume stays until the machine is destroyed. */
async function removeOthers(host: Host, machine: MachineRef, { definition }: OwnDomain): Promise<void> {
  const used = new Set(diskPaths(definition));
  for (const volume of await machineVolumes(host, machine)) {
    const path = await orMissing(host.volumePath(volume), ErrorCode.noVolume);
    if (path === undefined || used.has(path)) continue;
    await orMissing(deleteVolume(host, volume), ErrorCode.operationInvalid, ErrorCode.resourceBusy);
  }
}

/** Removes an attempt's own volumes, because the seed holds a private key. */
async function removeAttempt(host: Host, machine: MachineRef, attempt: string): Promise<void> {
  const own = Object.values(volumeNames(machine, attempt));
  for (const volume of await machineVolumes(host, machine)) {
    if (own.includes(volume.name)) await deleteVolume(host, volume);
  }
}

function cloneRoot(host: Host, pool: Pool, name: string, { disk }: Origin) {
  const volume = { name, capacity: disk.capacity, format: 'qcow2' } as const;
  if (host.options.clone === 'full') return copyVolume(host, pool, volume, disk.volume);
  return createVolume(host, pool, { ...volume, backing: disk });
}

async function createIdentity(
  host: Host,
  pool: Pool,
  seedName: string,
  identity: Identity,
): Promise<{ seed?: Volume; oemStrings?: string[]; hostKey?: string }> {
  if (host.options.identity === 'smbios') return { oemStrings: smbiosStrings(identity) };
  const hostKey = generateKeyPair();
  const image = seedImage(identity, hostKey);
  const seed = await createVolume(host, pool, {
    name: seedName,
    capacity: image.length,
    format: 'raw',
  });
  await uploadVolume(host, seed, image);
  return { seed, hostKey: hostKey.public };
}
