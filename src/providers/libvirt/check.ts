import { ProviderError } from '../provider.ts';
import { checkFilters } from './filter.ts';
import type { Host } from './host.ts';
import { type MachineNetwork, openNetwork } from './networks.ts';
import { getOrigin, originVersions } from './origin.ts';
import { notActive } from './refresh.ts';
import type { Pool } from './rpc/structures.ts';
import { poolForDisks, poolSpace } from './volumes.ts';

/** Checks that machines can be made on a host. @throws ProviderError */
export async function checkHost(host: Host): Promise<void> {
  await checkPool(host);
  await checkNetwork(host, await openNetwork(host));
  const { inventoryNetwork } = host.settings;
  if (inventoryNetwork !== undefined) {
    await checkNetwork(host, await openNetwork(host, inventoryNetwork, 'INVENTORY_NETWORK'));
  }
  await getOrigin(host);
  await originVersions(host);
}

/** The pool for new disks. @throws ProviderError where it is missing or not active */
export async function checkPool(host: Host): Promise<Pool> {
  const pool = await poolForDisks(host);
  if (!(await poolSpace(host, pool)).active) throw notActive('Configuration', host, pool);
  return pool;
}

/** @throws ProviderError where the network is not active, or filters are missing */
export async function checkNetwork(host: Host, { name, active, bridged }: MachineNetwork): Promise<void> {
  if (!active) {
    throw new ProviderError(
      'Configuration',
      `network ${name} on ${host.name} is not active: virsh net-start ${name}`,
    );
  }
  if (bridged) await checkFilters(host);
}
