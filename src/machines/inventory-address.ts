import { isIPv4 } from 'node:net';
import type { Config } from '../config/config.ts';
import { inventoryMachineName } from '../model/db-instance/inventory-instance.ts';
import { needsNetmask } from '../providers/vsphere/customization.ts';
import { parseIaas } from '../providers/vsphere/iaas-url.ts';
import { placeKind } from './places.ts';

/**
 * Why the provider cannot give the inventory's new machine the host of DATABASE_URL as its address; undefined
 * where it can, or where the host is a name.
 * @throws ProviderError Configuration
 */
export function refuseAddress(config: Config, hostname: string): string | undefined {
  if (!isIPv4(hostname) || placeKind(config) !== 'vcenter') return undefined;
  if (parseIaas(config.iaas[0] ?? '').netmask !== undefined) return undefined;
  return needsNetmask(inventoryMachineName(config.machinePrefix), hostname);
}
