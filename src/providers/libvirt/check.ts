import { ProviderError } from '../provider.ts';
import type { Host } from './host.ts';
import { getOrigin, originVersions } from './origin.ts';
import * as procedures from './rpc/procedures.ts';
import { poolForDisks, poolSpace } from './volumes.ts';

/** Looks on one host whether machines can be made there. */
export async function checkHost(host: Host): Promise<void> {
  const pool = await poolForDisks(host);
  if (!(await poolSpace(host, pool)).active) {
    throw new ProviderError(
      'Configuration',
      `storage pool ${pool.name} on ${host.name} is not active: virsh pool-start ${pool.name}`,
    );
  }
  const network = await host.network();
  const { active } = await host.call(procedures.networkIsActive, { net: network });
  if (active === 0) {
    throw new ProviderError(
      'Configuration',
      `network ${network.name} on ${host.name} is not active: virsh net-start ${network.name}`,
    );
  }
  await getOrigin(host);
  await originVersions(host);
}
