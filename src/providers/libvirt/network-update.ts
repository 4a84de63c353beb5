import type { Host } from './host.ts';
import * as procedures from './rpc/procedures.ts';
import type { Network } from './rpc/structures.ts';

/** `virNetworkUpdateCommand` */
const COMMANDS = { modify: 1, delete: 2, add: 3 } as const;
/** `virNetworkUpdateSection` */
const SECTIONS = { dhcpHost: 4, dnsHost: 10 } as const;
/** `VIR_DRV_FEATURE_NETWORK_UPDATE_HAS_CORRECT_ORDER` */
const HAS_CORRECT_ORDER = 16;

export interface NetworkChange {
  readonly command: keyof typeof COMMANDS;
  readonly section: keyof typeof SECTIONS;
  /** The index of the `<ip>` element to change, where the change is in one. */
  readonly index?: number;
  readonly xml: string;
  /** `live`: the running network; `config`: the definition of its next start. */
  readonly view: View;
}

/** `virNetworkUpdateFlags` */
export const VIEWS = { live: 1, config: 2 } as const;
export type View = keyof typeof VIEWS;

/** Changes one element of a network, also while it runs. An existing one is refused as `operationInvalid`. */
export async function updateNetwork(host: Host, net: Network, change: NetworkChange): Promise<void> {
  const command = COMMANDS[change.command];
  const section = SECTIONS[change.section];
  const { supported } = await host.call(procedures.connectSupportsFeature, { feature: HAS_CORRECT_ORDER });
  await host.call(procedures.networkUpdate, {
    net,
    // Up to libvirt 7.1 the client swapped the two, and the server swapped them back.
    ...(supported === 0 ? { command: section, section: command } : { command, section }),
    parentIndex: change.index ?? -1,
    xml: change.xml,
    flags: VIEWS[change.view],
  });
}
