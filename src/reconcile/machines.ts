import type { Instance } from '../model/db-instance/instance.ts';
import { type Machine, type Provider, ProviderError } from '../providers/provider.ts';

/** The provider's hosts; empty for a provider without hosts. */
export interface Hosts {
  /** The hosts that listed their machines. */
  readonly asked: readonly string[];
  /** The hosts that could not be asked, with the reason. */
  readonly unreachable: ReadonlyMap<string, string>;
}

export const noHosts: Hosts = { asked: [], unreachable: new Map() };

/** The machines of all hosts that answer, so that these are looked after while another host is down. */
export async function listMachines(provider: Provider): Promise<Hosts & { machines: Machine[] }> {
  if (provider.hosts.length === 0) {
    return { machines: await provider.listMachines(), asked: [], unreachable: new Map() };
  }
  const lists = await Promise.all(
    provider.hosts.map(async (host) => {
      try {
        return { host, machines: await provider.at(host).listMachines() };
      } catch (error) {
        if (error instanceof ProviderError) return { host, reason: error.message };
        throw error;
      }
    }),
  );
  return {
    machines: lists.flatMap(({ machines = [] }) => machines),
    asked: lists.flatMap(({ host, machines }) => (machines ? host : [])),
    unreachable: new Map(lists.flatMap(({ host, reason }) => (reason === undefined ? [] : [[host, reason]]))),
  };
}

/** Machines by name. Several hosts may have a machine of the same name. */
export type MachineIndex = (name: string) => readonly Machine[];

export function indexMachines(machines: readonly Machine[]): MachineIndex {
  const index = new Map<string, Machine[]>();
  for (const machine of machines) {
    const named = index.get(machine.name);
    if (named) named.push(machine);
    else index.set(machine.name, [machine]);
  }
  return (name) => index.get(name) ?? [];
}

/** The instance's machine on the host that the inventory has stored. */
export function machineOf(
  { machine, host }: Pick<Instance, 'machine' | 'host'>,
  named: MachineIndex,
): Machine | undefined {
  return named(machine).find((found) => (found.host ?? null) === host);
}
