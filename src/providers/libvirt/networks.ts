import type { Host } from './host.ts';
import type { View } from './network-update.ts';
import { type NetworkDefinition, type OwnDhcp, readNetwork } from './network-xml.ts';
import * as procedures from './rpc/procedures.ts';
import type { Network } from './rpc/structures.ts';

const XML_INACTIVE = 1;

/** A host's network for machines. */
export interface MachineNetwork extends NetworkDefinition {
  readonly name: string;
  readonly net: Network;
  readonly active: boolean;
}

/** The reservations of the running network, or of the definition of its next start. */
export interface NetworkView {
  readonly view: View;
  readonly dhcp: OwnDhcp;
}

/** @throws ProviderError `Configuration` where the network does not exist */
export async function openNetwork(host: Host, name?: string, setting?: string): Promise<MachineNetwork> {
  const net = await host.network(name, setting);
  const active = (await host.call(procedures.networkIsActive, { net })).active !== 0;
  return { ...(await read(host, net, active ? 'live' : 'config')), name: net.name, net, active };
}

/**
 * Both views, the running one first. They differ after an administrator has defined the network anew. A
 * reservation has to be in both, because the next start of the network drops the running view.
 */
export async function readViews(host: Host, { net, active }: MachineNetwork): Promise<NetworkView[]> {
  const views: readonly View[] = active ? ['live', 'config'] : ['config'];
  const found = await Promise.all(
    views.map(async (view) => ({ view, dhcp: (await read(host, net, view)).dhcp })),
  );
  return found.filter((one): one is NetworkView => one.dhcp !== undefined);
}

async function read(host: Host, net: Network, view: View): Promise<NetworkDefinition> {
  const flags = view === 'config' ? XML_INACTIVE : 0;
  return readNetwork((await host.call(procedures.networkGetXmlDesc, { net, flags })).xml);
}
