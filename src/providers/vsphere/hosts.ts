import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import type { Base } from './base.ts';
import { isDisk, type NetworkBacking } from './devices.ts';
import { unescapeName } from './names.ts';
import type { Datastore } from './vcenter-objects.ts';
import { isFault } from './vim/fault.ts';
import { read, readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

/** A datastore or network that a clone's host must see. */
export interface Requirement {
  /** The setting that names it; a description where no setting does. */
  readonly what: string;
  readonly kind: 'datastore' | 'network';
  readonly ref: Ref;
}

/** A host of the resource pool, as `cornac check` and the provider assess it. */
export interface HostAccess {
  readonly name: string;
  /** Whether vCenter may place a machine on it now: it is connected and not in maintenance. */
  readonly isReady: boolean;
  /** What the host does not see, until an operator changes that. */
  readonly missing: readonly Requirement[];
  /** Datastores that are mounted but cannot be accessed now. */
  readonly cutOff: readonly Requirement[];
}

/** What all clones require, and what clones on these networks require. */
export function requirementsOf(
  datastore: Pick<Datastore, 'ref'> | undefined,
  base: Pick<Base, 'devices' | 'snapshot'> | undefined,
  networks: readonly { readonly what: 'NETWORK' | 'INVENTORY_NETWORK'; readonly backing: NetworkBacking }[],
): Requirement[] {
  // A linked clone keeps reading the origin's disks. Another host may make a full copy.
  const linked = base?.snapshot ? base.devices.filter(isDisk) : [];
  const below = linked.flatMap(({ backing }) => backing?.datastore ?? []);
  const others = new Map(below.map((each) => [each.value, each]));
  if (datastore) others.delete(datastore.ref.value);
  return [
    ...(datastore ? [{ what: 'STORAGE_POOL', kind: 'datastore', ref: datastore.ref } as const] : []),
    ...networks.map(({ what, backing }): Requirement => ({ what, kind: 'network', ref: backing.ref })),
    ...[...others.values()].map(
      (each): Requirement => ({ what: "the datastore of the origin's disks", kind: 'datastore', ref: each }),
    ),
  ];
}

const hostShape = {
  name: z.string(),
  'runtime.connectionState': z.string(),
  'runtime.inMaintenanceMode': z.boolean(),
};

/** @throws VimFault `NoPermission` where the account may not see the hosts, or which hosts meet a requirement */
export async function readHostAccess(
  vim: Vim,
  hosts: readonly Ref[],
  required: readonly Requirement[],
): Promise<HostAccess[]> {
  const seen = await Promise.all(
    required.map(async (requirement) => ({ requirement, by: await findAccess(vim, requirement) })),
  );
  const found = await readAll(vim, 'HostSystem', hosts, hostShape);
  return found.map(({ ref: { value }, properties: host }) => {
    const kept = (does: (by: Access) => boolean) =>
      seen.filter(({ by }) => does(by)).map(({ requirement }) => requirement);
    return {
      name: unescapeName(host.name),
      isReady: host['runtime.connectionState'] === 'connected' && !host['runtime.inMaintenanceMode'],
      // An empty list means unknown, not that no host sees it.
      missing: kept(({ mountedBy }) => mountedBy.size > 0 && !mountedBy.has(value)),
      cutOff: kept(({ mountedBy, accessedBy }) => mountedBy.has(value) && !accessedBy.has(value)),
    };
  });
}

interface Access {
  readonly mountedBy: ReadonlySet<string>;
  readonly accessedBy: ReadonlySet<string>;
}

// vCenter returns booleans inside of properties as strings.
const mountInfo = z.looseObject({ mounted: z.string().optional(), accessible: z.string().optional() });
const mounts = listOf(z.looseObject({ key: ref, mountInfo: mountInfo.optional() }));

async function findAccess(vim: Vim, requirement: Requirement): Promise<Access> {
  if (requirement.kind === 'network') {
    const { host } = await read(vim, requirement.ref, { host: listOf(ref) });
    const all = new Set(host.map(({ value }) => value));
    return { mountedBy: all, accessedBy: all };
  }
  const { host } = await read(vim, requirement.ref, { host: mounts });
  const mounted = host.filter((each) => each.mountInfo?.mounted !== 'false');
  const accessible = mounted.filter((each) => each.mountInfo?.accessible !== 'false');
  const refs = (list: typeof mounted) => new Set(list.map(({ key }) => key.value));
  return { mountedBy: refs(mounted), accessedBy: refs(accessible) };
}

/**
 * The hosts that vCenter may choose for a clone: the host of IAAS, else all hosts of the pool. Empty where
 * the account may not see them.
 * @throws ProviderError Configuration where no host sees everything that the clone needs; Unavailable where
 *   only hosts that are not ready see everything
 */
export async function findCandidates(
  vim: Vim,
  { pool, host }: { readonly pool: Ref; readonly host: Ref | undefined },
  required: readonly Requirement[],
): Promise<HostAccess[]> {
  const found = await readVisibleHosts(vim, host ? [host] : await hostsOf(vim, pool), required);
  const complete = found.filter(({ missing }) => missing.length === 0);
  if (found.length === 0 || complete.some(({ isReady }) => isReady)) return found;
  if (complete.length > 0) {
    const names = complete.map(({ name }) => name).join(', ');
    const others = explain(found);
    throw new ProviderError(
      'Unavailable',
      `no host can take a new machine now: not connected, or in maintenance: ${names}${others && `; ${others}`}`,
    );
  }
  throw new ProviderError(
    'Configuration',
    `no host can take a new machine: ${explain(found)}; choose objects that one host sees, or give a host access`,
  );
}

/** What hosts do not see, in words. */
export function explain(hosts: readonly HostAccess[]): string {
  return hosts
    .filter(({ missing }) => missing.length > 0)
    .map(({ name, missing }) => `${name} does not see ${missing.map(({ what }) => what).join(' and ')}`)
    .join(', ');
}

async function readVisibleHosts(
  vim: Vim,
  hosts: readonly Ref[],
  required: readonly Requirement[],
): Promise<HostAccess[]> {
  return readHostAccess(vim, hosts, required).catch((error) => {
    if (isFault(error, 'NoPermission')) return [];
    throw error;
  });
}

async function hostsOf(vim: Vim, pool: Ref): Promise<readonly Ref[]> {
  const { owner } = await read(vim, pool, { owner: ref });
  return (await read(vim, owner, { host: listOf(ref) })).host;
}
