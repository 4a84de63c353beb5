import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/instance.ts';
import { type Machine, type Provider, ProviderError } from '../providers/provider.ts';
import { compare, type Finding, type Hosts, shouldBeUp } from './compare.ts';
import { isAnswering } from './postgres-probe.ts';
import { findServerStatus, type Place } from './server-status.ts';

const TRIES = 3;
const PAUSE_MS = 1_000;

const answers = async ({ address, port }: Instance): Promise<boolean> => {
  if (address === null) return false;
  for (let tries = 1; ; tries++) {
    if (await isAnswering(address, port)) return true;
    if (tries === TRIES) return false;
    // A server that is being restarted is away for about as long.
    await delay(PAUSE_MS);
  }
};

/** Looks at inventory, machines and servers as they are now, and tells what differs. */
export const survey = async (inventory: Inventory, place: Place): Promise<Finding[]> => {
  // Machines first: one that is made in between belongs to an instance that is already there.
  const { machines, ...hosts } = await listMachines(place.provider);
  const instances = await inventory.instances.list();
  const servers = await Promise.all(
    instances
      .filter((instance) => shouldBeUp(instance) && machines.some((machine) => isRunning(instance, machine)))
      .map(async (instance) => [instance.dbiResourceId, await look(instance, place)] as const),
  );
  return compare(instances, machines, new Map(servers), hosts);
};

/** The machines of all hosts that can be asked: those of one are looked after while another one is down. */
const listMachines = async (provider: Provider): Promise<Hosts & { machines: Machine[] }> => {
  if (provider.hosts.length === 0)
    return { machines: await provider.listMachines(), asked: [], away: new Map() };
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
    away: new Map(lists.flatMap(({ host, reason }) => (reason === undefined ? [] : [[host, reason]]))),
  };
};

const isRunning = ({ machine, host }: Instance, found: Machine): boolean =>
  found.name === machine && (found.host ?? null) === host && found.state === 'running';

/** Who does not answer us may do so to its clients: a firewall or a name that only they know. The machine can tell. */
const look = async (instance: Instance, place: Place) => {
  if (await answers(instance)) return 'up';
  return (await findServerStatus(instance, place)) === 'running' ? 'unreachable' : 'down';
};
