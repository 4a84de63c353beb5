import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/instance.ts';
import type { Provider } from '../providers/provider.ts';
import { compare, type Finding } from './compare.ts';
import { isAnswering } from './postgres-probe.ts';

const TRIES = 3;

const answers = async ({ address, port }: Instance): Promise<boolean> => {
  if (address === null) return false;
  for (let tries = 0; tries < TRIES; tries++) if (await isAnswering(address, port)) return true;
  return false;
};

/** Looks at inventory, machines and servers as they are now, and tells what differs. */
export const survey = async (inventory: Inventory, provider: Provider): Promise<Finding[]> => {
  // Machines first: one that is made in between belongs to an instance that is already there.
  const machines = await provider.listMachines();
  const instances = await inventory.instances.list();
  const up = instances.filter(({ status, operationId }) => status === 'available' && operationId === null);
  const answering = await Promise.all(
    up.map(async (each) => ((await answers(each)) ? [each.dbiResourceId] : [])),
  );
  return compare(instances, machines, new Set(answering.flat()));
};
