import type { CheckedValue } from '../../check-results.ts';
import type { Context } from '../context.ts';
import type { Ref } from '../vim/schema.ts';
import type { VsphereOptions } from '../vsphere.ts';
import { look } from './look.ts';
import type { OriginToCheck } from './origin.ts';

/**
 * The objects that the settings name, where vCenter has them. An omitted setting means the origin's object.
 */
export async function findPlaces(
  { places, settings }: Context,
  { network, inventoryNetwork, storagePool, resourcePool }: VsphereOptions,
  origin: OriginToCheck | undefined,
) {
  const nothing: CheckedValue<Ref> = { results: [] };
  const own = "the origin's";
  const folder =
    settings.folder || origin
      ? await look('folder', places.getFolder, () => settings.folder ?? own)
      : nothing;
  const pool =
    resourcePool || origin
      ? await look(
          'VCENTER_RESOURCE_POOL',
          () => places.getResourcePool(origin ?? {}),
          () => resourcePool ?? own,
        )
      : nothing;
  const host =
    settings.host && pool.value
      ? await look(
          'host',
          () => places.getHost(pool.value as Ref),
          () => settings.host ?? '',
        )
      : nothing;
  const datastore = await look('STORAGE_POOL', places.getDatastore, () => storagePool);
  const networks = [
    {
      what: 'NETWORK' as 'NETWORK' | 'INVENTORY_NETWORK',
      checked: await look(
        'NETWORK',
        () => places.getNetwork(),
        () => network,
      ),
    },
  ];
  if (inventoryNetwork !== undefined) {
    const find = () => places.getNetwork(inventoryNetwork);
    const what = 'INVENTORY_NETWORK';
    networks.push({ what, checked: await look(what, find, () => inventoryNetwork) });
  }
  const all = [folder, pool, host, datastore, ...networks.map(({ checked }) => checked)];
  const named = all.flatMap(({ results }) => results);
  return {
    folder: folder.value,
    pool: pool.value,
    host: host.value,
    datastore: datastore.value,
    networks: networks.flatMap(({ what, checked: { value } }) => (value ? [{ what, backing: value }] : [])),
    named,
  };
}
