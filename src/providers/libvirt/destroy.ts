import { isMeant } from '../owner.ts';
import type { MachineRef, Progress } from '../provider.ts';
import { readCard } from './card.ts';
import { diskPaths } from './domain-xml.ts';
import type { Host } from './host.ts';
import { findOwnDomain } from './machine.ts';
import { unplug } from './plug.ts';
import { cutPower, powerOff } from './power.ts';
import { ErrorCode, isLibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, Volume } from './rpc/structures.ts';
import { deleteVolume, machineVolumes } from './volumes.ts';

/** Managed save image, snapshots' and checkpoints' metadata, firmware variables, TPM: all that libvirt keeps aside. */
const UNDEFINE_ALL = 1 | 2 | 4 | 16 | 32;
/** Known since libvirt 8.9; one of before removes a TPM's state unasked. */
const UNDEFINE_TPM = 32;
/** A guest that shuts down gives its DHCP lease back; more than that is not worth waiting for here. */
const GRACE_MS = 30_000;

/**
 * Removes a machine from a host: domain, disks, seed. Safe at any stage of its making and of its removal, and beside a
 * later machine of the same name: the domain is the one that was looked at, by its UUID, and volumes bear their owner.
 */
export async function destroyOn(host: Host, machine: MachineRef, progress: Progress): Promise<void> {
  const { name } = machine;
  const own = await findOwnDomain(host, name);
  const elsewhere: Volume[] = [];
  if (own !== undefined && isMeant(own, machine)) {
    for (const path of diskPaths(own.definition)) {
      const found = await orMissing(host.call(procedures.volumeLookupByPath, { path }), ErrorCode.noVolume);
      if (found?.vol.name.startsWith(`${name}.`)) elsewhere.push(found.vol);
    }
    // Another worker that is at it may be quicker.
    await orMissing(powerOff(host, own.domain, progress, GRACE_MS), ErrorCode.noDomain);
    await cutPower(host, own.domain);
    progress.report(`removing ${name}`);
    // While there is a definition that says which MAC address it was.
    const { mac, network } = readCard(own.definition);
    if (network !== undefined) await unplug(host, { ...machine, mac }, [network]);
    await orMissing(undefine(host, own.domain), ErrorCode.noDomain);
    // Who waited for it meanwhile may have powered it on again, without knowing that it is to go.
    await cutPower(host, own.domain);
  }
  const { network, inventoryNetwork = network } = host.settings;
  await unplug(host, machine, [network, inventoryNetwork]);
  for (const volume of [...(await machineVolumes(host, machine)), ...elsewhere])
    await deleteVolume(host, volume);
}

async function undefine(host: Host, dom: Domain): Promise<void> {
  try {
    await host.call(procedures.domainUndefineFlags, { dom, flags: UNDEFINE_ALL });
  } catch (error) {
    if (!isLibvirtError(error, ErrorCode.invalidArg)) throw error;
    await host.call(procedures.domainUndefineFlags, { dom, flags: UNDEFINE_ALL & ~UNDEFINE_TPM });
  }
}
