import { ProviderError } from '../provider.ts';
import { type FilterKind, filterName, filterXml, isCurrent } from './filter-xml.ts';
import type { Host } from './host.ts';
import { ErrorCode, LibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';

/** Defines a filter of Cornac where it is missing or has other rules. @returns its name */
export async function ensureFilter(host: Host, kind: FilterKind): Promise<string> {
  const name = filterName(kind);
  const found = await orMissing(host.call(procedures.nwfilterLookupByName, { name }), ErrorCode.noNwfilter);
  if (found !== undefined) {
    const { filter } = found;
    const { xml } = await host.call(procedures.nwfilterGetXmlDesc, { filter, flags: 0 });
    if (isCurrent(kind, xml)) return name;
  }
  await host.call(procedures.nwfilterDefineXml, { xml: filterXml(kind) });
  return name;
}

/** @throws ProviderError `Configuration` where this libvirt cannot filter the traffic of machines */
export async function checkFilters(host: Host): Promise<void> {
  if (host.options.filter === 'off') return;
  try {
    await host.call(procedures.nwfilterLookupByName, { name: 'clean-traffic' });
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    const problem =
      error.code === ErrorCode.noNwfilter
        ? 'has no network filter clean-traffic: install libvirt-daemon-config-nwfilter'
        : `has no network filters (${error.message}): install libvirt's nwfilter driver`;
    throw new ProviderError(
      'Configuration',
      `libvirt on ${host.name} ${problem}. Without it a compromised machine can impersonate any other: filter=off in IAAS accepts this risk`,
    );
  }
}
