import { z } from 'zod';
import { GIB } from '../../system/units.ts';
import { ProviderError } from '../provider.ts';
import type { NetworkBacking } from './devices.ts';
import { explainMissing } from './missing-path.ts';
import { unescapeName } from './names.ts';
import { read } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { ref } from './vim/shapes.ts';
import type { Vim } from './vim/vim.ts';

/** Settings that name objects of vCenter's inventory by their paths. */
export interface PlaceSettings {
  readonly machineOrigin: string;
  readonly network: string;
  /** INVENTORY_NETWORK, where the inventory's machine has its own network. */
  readonly inventoryNetwork?: string | undefined;
  readonly storagePool: string;
  readonly resourcePool: string | undefined;
  readonly folder: string | undefined;
  readonly host: string | undefined;
}

export interface Datastore {
  readonly ref: Ref;
  readonly name: string;
  readonly capacityGiB: number;
  readonly freeGiB: number;
  /** How much the thin disks on it may still grow. */
  readonly uncommittedGiB: number;
}

/** Clusters and single hosts have a resource pool of their own. */
function poolOf({ type }: Ref, path: string, kinds: readonly string[]): string {
  const hasPool = type === 'ClusterComputeResource' || type === 'ComputeResource';
  return hasPool && kinds.includes('ResourcePool') ? `: write ${path}/Resources` : '';
}

/**
 * Finds the objects that settings name. A name without a slash is looked up in the standard folder of the
 * origin's datacenter.
 * @throws ProviderError OriginNotFound or Configuration, naming the setting
 */
export function createPlaces(vim: Vim, settings: PlaceSettings) {
  const [datacenter = ''] = settings.machineOrigin.replace(/^\//, '').split('/');

  async function find(setting: string, path: string, below: string, kinds: readonly string[]): Promise<Ref> {
    const inventoryPath = path.includes('/') ? path.replace(/^\//, '') : `${datacenter}/${below}/${path}`;
    const { searchIndex } = await vim.content();
    const found = await vim.call('FindByInventoryPath', { _this: searchIndex, inventoryPath });
    if (found && kinds.includes(found.type)) return found;
    const what = found
      ? `is a ${found.type}, not a ${kinds.join(' or ')}${poolOf(found, inventoryPath, kinds)}`
      : `is not in vCenter, or the account may not see it${await explainMissing(vim, inventoryPath)}`;
    const code = setting === 'MACHINE_ORIGIN' ? 'OriginNotFound' : 'Configuration';
    throw new ProviderError(code, `${setting}: ${inventoryPath} ${what}`);
  }

  /** The root of all machines. The origin's folder may change, but machines stay where they were made. */
  async function getDatacenter(): Promise<Ref> {
    refuseName();
    return find('MACHINE_ORIGIN', `/${datacenter}`, '', ['Datacenter', 'Folder']);
  }

  /** The folder of new machines. */
  async function getFolder(): Promise<Ref> {
    if (settings.folder) return find('IAAS: folder', settings.folder, 'vm', ['Folder']);
    const { parent } = await read(vim, await getOrigin(), { parent: ref.optional() });
    if (parent?.type === 'Folder') return parent;
    throw new ProviderError('Configuration', 'IAAS: folder= is required, because the origin is in no folder');
  }

  async function getOrigin(): Promise<Ref> {
    refuseName();
    return find('MACHINE_ORIGIN', settings.machineOrigin, 'vm', ['VirtualMachine']);
  }

  function refuseName(): void {
    if (settings.machineOrigin.includes('/')) return;
    const hint = 'expected its inventory path, such as datacenter1/vm/templates/cornac--origin';
    throw new ProviderError(
      'OriginNotFound',
      `MACHINE_ORIGIN: ${settings.machineOrigin} is not a path; ${hint}`,
    );
  }

  async function getResourcePool(origin: { resourcePool?: Ref | undefined }): Promise<Ref> {
    if (settings.resourcePool) {
      return find('VCENTER_RESOURCE_POOL', settings.resourcePool, 'host', ['ResourcePool', 'VirtualApp']);
    }
    if (origin.resourcePool) return origin.resourcePool;
    const hint = 'such as datacenter1/host/cluster1/Resources';
    throw new ProviderError(
      'Configuration',
      `VCENTER_RESOURCE_POOL: is required, because a template is in no pool; ${hint}`,
    );
  }

  /** The host of new machines, where IAAS names one. */
  async function getHost(pool: Ref): Promise<Ref | undefined> {
    if (!settings.host) return undefined;
    const found = await find('IAAS: host', settings.host, 'host', ['HostSystem']);
    const { parent } = await read(vim, found, { parent: ref.optional() });
    const { owner } = await read(vim, pool, { owner: ref });
    if (parent?.value === owner.value) return found;
    throw new ProviderError(
      'Configuration',
      `IAAS: host: ${settings.host} is not a host of the cluster that VCENTER_RESOURCE_POOL is in`,
    );
  }

  async function getDatastore(): Promise<Datastore> {
    return readDatastore(await find('STORAGE_POOL', settings.storagePool, 'datastore', ['Datastore']));
  }

  /** @param why the reason, in words, for reading a datastore that STORAGE_POOL does not name */
  async function readDatastore(found: Ref, why?: string): Promise<Datastore> {
    const summary = await read(vim, found, {
      'summary.name': z.string(),
      'summary.capacity': z.number(),
      'summary.freeSpace': z.number(),
      'summary.uncommitted': z.number().optional(),
      'summary.accessible': z.boolean(),
    });
    const name = unescapeName(summary['summary.name']);
    if (!summary['summary.accessible']) {
      const which = why ? `datastore ${name}, ${why},` : `STORAGE_POOL: datastore ${name}`;
      throw new ProviderError('Unavailable', `${which} is not accessible`);
    }
    return {
      ref: found,
      name,
      capacityGiB: summary['summary.capacity'] / GIB,
      freeGiB: summary['summary.freeSpace'] / GIB,
      uncommittedGiB: (summary['summary.uncommitted'] ?? 0) / GIB,
    };
  }

  /** @param other a network other than NETWORK: INVENTORY_NETWORK */
  async function getNetwork(other?: string): Promise<NetworkBacking> {
    const setting = other === undefined ? 'NETWORK' : 'INVENTORY_NETWORK';
    const found = await find(setting, other ?? settings.network, 'network', [
      'Network',
      'DistributedVirtualPortgroup',
    ]);
    if (found.type === 'Network') {
      const { name } = await read(vim, found, { name: z.string() });
      return { kind: 'standard', name: unescapeName(name), ref: found };
    }
    const group = await read(vim, found, { key: z.string(), 'config.distributedVirtualSwitch': ref });
    const { uuid } = await read(vim, group['config.distributedVirtualSwitch'], { uuid: z.string() });
    return { kind: 'distributed', switchUuid: uuid, portgroupKey: group.key, ref: found };
  }

  return {
    getDatacenter,
    getFolder,
    getOrigin,
    getResourcePool,
    getHost,
    getDatastore,
    readDatastore,
    getNetwork,
  };
}

export type Places = ReturnType<typeof createPlaces>;
