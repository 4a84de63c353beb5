import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import type { LibvirtSettings } from '../providers/libvirt/libvirt.ts';
import type { LocalOptions } from '../providers/local/local.ts';
import { loopbackRange } from '../providers/local/network.ts';
import { ProviderError } from '../providers/provider.ts';
import type { VsphereOptions } from '../providers/vsphere/vsphere.ts';

export const GUEST_SCRIPTS = fileURLToPath(new URL('../../appliance/guest', import.meta.url));

/** The provider that IAAS names. @throws ProviderError Configuration */
export function placeKind({ iaas }: Config): 'local' | 'libvirt' | 'vcenter' {
  const scheme = iaas[0]?.split(/[+:]/, 1)[0] ?? 'local';
  if (scheme === 'local' || scheme === 'libvirt' || scheme === 'vcenter') return scheme;
  throw new ProviderError('Configuration', `IAAS: expected local, libvirt… or vcenter…, found ${scheme}`);
}

export function localKeyFile(config: Config): string {
  return config.sshKeyFile ?? join(config.stateDir, 'ssh', 'id_ed25519');
}

/** The address of the inventory's own machine on this computer. @throws ProviderError Configuration */
export function firstLocalAddress({ local, stateDir }: Config): string {
  return loopbackRange(local.network, stateDir).at(0);
}

/** @param publicKeys that machines accept */
export function localOptions(config: Config, publicKeys: readonly string[]): LocalOptions {
  return {
    stateDir: config.stateDir,
    machinePrefix: config.machinePrefix,
    publicKeys,
    guestScriptsDir: GUEST_SCRIPTS,
    network: config.local.network,
    user: config.local.user,
    dnsDomain: config.dnsDomain,
    repository: config.backupRepository,
  };
}

/** @param publicKeys of Cornac, used where DEPLOY_KEY names no other key */
export function libvirtSettings(config: Config, publicKeys: readonly string[]): LibvirtSettings {
  return {
    iaas: config.iaas,
    prefix: config.machinePrefix,
    origin: config.machineOrigin,
    pool: config.storagePool,
    network: config.network,
    inventoryNetwork: config.inventoryNetwork,
    isolate: config.isolateMachines,
    dnsDomain: config.dnsDomain,
    publicKeys: config.deployKey ? [config.deployKey] : publicKeys,
  };
}

/** @param publicKeys of Cornac, used where DEPLOY_KEY names no other key */
export function vsphereOptions(config: Config, publicKeys: readonly string[]): VsphereOptions {
  return {
    iaas: config.iaas[0] ?? '',
    machinePrefix: config.machinePrefix,
    machineOrigin: config.machineOrigin,
    storagePool: config.storagePool,
    network: config.network,
    inventoryNetwork: config.inventoryNetwork,
    resourcePool: config.vcenterResourcePool,
    dnsDomain: config.dnsDomain,
    deployKeys: config.deployKey ? [config.deployKey] : publicKeys,
  };
}
