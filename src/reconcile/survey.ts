import type { Inventory } from '../inventory/inventory.ts';
import { compare, type Finding, shouldBeUp } from './compare.ts';
import { inspectServers } from './look.ts';
import { indexMachines, listMachines, machineOf } from './machines.ts';
import type { Place } from './server-status.ts';

/**
 * Compares inventory, machines and servers as they are now, and returns the differences. Ends early when
 * `signal` is aborted.
 */
export async function survey(
  inventory: Pick<Inventory, 'instances'>,
  place: Place,
  signal?: AbortSignal,
): Promise<Finding[]> {
  // Machines first: a machine that is made in between belongs to an instance that is already in the
  // inventory.
  const { machines, ...hosts } = await listMachines(place.provider);
  const instances = await inventory.instances.list();
  const ofServers = await inventory.instances.listMachines();
  const named = indexMachines(machines);
  const running = instances.filter((instance) => {
    const machine = machineOf(instance, named);
    return shouldBeUp(instance) && machine?.state === 'running' && !machine.paused;
  });
  const states = await inspectServers(running, place, signal);
  return compare(instances, machines, states, hosts, ofServers);
}
