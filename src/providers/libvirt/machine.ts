import type { Pause } from '../../model/server/pause.ts';
import { GIB } from '../../system/units.ts';
import { type Machine, ProviderError } from '../provider.ts';
import { DATA_SERIAL, readMachineMetadata } from './domain-xml.ts';
import type { Host } from './host.ts';
import { explainPause, SUSPENDED_BY_GUEST } from './pause.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { volumeOfDisk } from './volumes.ts';

/** `virDomainState`. */
export const DomainState = {
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  off: 5,
  crashed: 6,
  suspended: 7,
} as const;

/** `reason`: each state has its own enumeration. */
export async function getState(host: Host, dom: Domain): Promise<{ state: number; reason: number }> {
  return host.call(procedures.domainGetState, { dom, flags: 0 });
}

export async function domainState(host: Host, dom: Domain): Promise<number> {
  return (await getState(host, dom)).state;
}

/** `running` also while the machine shuts down or is paused, because it still holds its memory and disks. */
export async function stateOf(host: Host, dom: Domain): Promise<Machine['state']> {
  return portState(await domainState(host, dom));
}

/** Whether the domain is off with its memory saved in a file (`virsh managedsave`) for its next start. */
export async function isSaved(host: Host, dom: Domain): Promise<boolean> {
  return (await host.call(procedures.domainHasManagedSaveImage, { dom, flags: 0 })).result === 1;
}

function portState(state: number): Machine['state'] {
  return state === DomainState.off || state === DomainState.crashed ? 'stopped' : 'running';
}

async function findPause(host: Host, dom: Domain, state: number, reason: number): Promise<Pause | undefined> {
  if (state === DomainState.suspended) return SUSPENDED_BY_GUEST;
  return state === DomainState.paused ? explainPause(host, dom, reason) : undefined;
}

/** @returns undefined where the machine was removed since it was found */
export async function findDescribed(host: Host, own: OwnDomain): Promise<Machine | undefined> {
  return orMissing(describeMachine(host, own), ErrorCode.noDomain);
}

export async function describeMachine(host: Host, own: OwnDomain): Promise<Machine> {
  const { domain, definition, owner } = own;
  const vol = await volumeOfDisk(host, definition, DATA_SERIAL);
  const info = vol && (await orMissing(host.call(procedures.volumeGetInfo, { vol }), ErrorCode.noVolume));
  const capacity = info?.capacity ?? 0;
  const { state, reason } = await getState(host, domain);
  const paused = await findPause(host, domain, state, reason);
  return {
    name: domain.name,
    ...(owner !== undefined && { owner }),
    state: portState(state),
    ...(paused && { paused }),
    diskGiB: Math.floor(capacity / GIB),
    host: host.name,
  };
}

/** A machine of Cornac, with the definition of its next start. */
export interface OwnDomain {
  readonly domain: Domain;
  readonly definition: string;
  /** DbiResourceId of the instance that the machine belongs to. */
  readonly owner?: string | undefined;
}

/**
 * The machine's domain and definition, if this host has the machine.
 * @throws ProviderError `Conflict` where Cornac did not make the domain of this name
 */
export async function findOwnDomain(host: Host, name: string): Promise<OwnDomain | undefined> {
  const domain = await host.findDomain(name);
  if (domain === undefined) return undefined;
  const definition = await orMissing(host.definition(domain), ErrorCode.noDomain);
  if (definition === undefined) return undefined;
  const metadata = readMachineMetadata(definition);
  if (metadata === undefined) {
    throw new ProviderError(
      'Conflict',
      `libvirt on ${host.name} has a domain ${name} that Cornac did not create`,
    );
  }
  return { domain, definition, owner: metadata.owner };
}
