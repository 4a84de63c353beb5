import { ProviderError } from '../provider.ts';
import { checkFilters } from './filter.ts';
import type { Host } from './host.ts';
import { type MachineNetwork, openNetwork } from './networks.ts';
import { getOrigin, originVersions } from './origin.ts';
import { notActive } from './refresh.ts';
import type { Pool } from './rpc/structures.ts';
import { poolForDisks, poolSpace } from './volumes.ts';

/** Looks on one host whether machines can be made there. */
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

/** The pool of new disks. @throws ProviderError */
export async function checkPool(host: Host): Promise<Pool> {
  const pool = await poolForDisks(host);
  if (!(await poolSpace(host, pool)).active) throw notActive('Configuration', host, pool);
  return pool;
}

/** @throws ProviderError */
export async function checkNetwork(host: Host, { name, active, bridged }: MachineNetwork): Promise<void> {
  if (!active) {
    throw new ProviderError(
      'Configuration',
      `network ${name} on ${host.name} is not active: virsh net-start ${name}`,
    );
  }
  if (bridged) await checkFilters(host);
}
