import type { Host } from './host.ts';
import type { View } from './network-update.ts';
import { type NetworkDefinition, type OwnDhcp, readNetwork } from './network-xml.ts';
import * as procedures from './rpc/procedures.ts';
import type { Network } from './rpc/structures.ts';

const XML_INACTIVE = 1;

/** A network of a host that machines are plugged into. */
export interface MachineNetwork extends NetworkDefinition {
  readonly name: string;
  readonly net: Network;
  readonly active: boolean;
}

/** What the running network reserves, or the one that the next start of it makes. */
export interface NetworkView {
  readonly view: View;
  readonly dhcp: OwnDhcp;
}

/** @throws ProviderError `Configuration` where there is no such network */
export async function openNetwork(host: Host, name?: string, setting?: string): Promise<MachineNetwork> {
  const net = await host.network(name, setting);
  const active = (await host.call(procedures.networkIsActive, { net })).active !== 0;
  return { ...(await read(host, net, active ? 'live' : 'config')), name: net.name, net, active };
}

/**
 * Both views, the running one first. They differ where somebody defined the network anew: what is reserved in one of
 * them only is lost with the other.
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
