import type { Config } from '../config/config.ts';
import { createLibvirtChecker } from '../providers/libvirt/checker.ts';
import { createLocalChecker } from '../providers/local/checker.ts';
import type { Checker } from '../providers/provider.ts';
import { createVsphereChecker } from '../providers/vsphere/checks/checker.ts';
import { libvirtSettings, localOptions, placeKind, vsphereOptions } from './places.ts';

/**
 * The checker of the provider that IAAS names. It makes no machines, so it needs no keys.
 * @throws ProviderError Configuration
 */
export function openChecker(config: Config): Checker {
  switch (placeKind(config)) {
    case 'local':
      return createLocalChecker(localOptions(config, []));
    case 'libvirt':
      return createLibvirtChecker(libvirtSettings(config, []));
    case 'vcenter':
      return createVsphereChecker(vsphereOptions(config, []));
  }
}
