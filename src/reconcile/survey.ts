import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/instance.ts';
import type { Machine } from '../providers/provider.ts';
import { compare, type Finding, shouldBeUp } from './compare.ts';
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
  const machines = await place.provider.listMachines();
  const instances = await inventory.instances.list();
  const running = new Map(machines.filter(isRunning).map((machine) => [machine.name, machine]));

  const servers = await Promise.all(
    instances
      .filter((instance) => shouldBeUp(instance) && running.has(instance.machine))
      .map(async (instance) => [instance.dbiResourceId, await look(instance, place)] as const),
  );
  return compare(instances, machines, new Map(servers));
};

const isRunning = ({ state }: Machine): boolean => state === 'running';

/** Who does not answer us may do so to its clients: a firewall or a name that only they know. The machine can tell. */
const look = async (instance: Instance, place: Place) => {
  if (await answers(instance)) return 'up';
  return (await findServerStatus(instance.machine, place)) === 'running' ? 'unreachable' : 'down';
};
