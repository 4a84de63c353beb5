import type { InventorySpec } from '../activities/bootstrap.ts';
import { machine } from './activities.ts';
import { createRunbook } from './steps.ts';

/**
 * Provisions the inventory's own instance: the same steps as any other, only that there is no inventory yet to say
 * what is wanted or to hold a secret, so the spec is the argument and the password stays in the worker's settings.
 * @returns the address of the instance
 */
export const bootstrapInventory = async (spec: InventorySpec): Promise<string> => {
  const step = createRunbook();
  const instance = spec.needsHost
    ? { ...spec.instance, host: await step('Choose a host', machine.findInventoryHost, spec.instance) }
    : spec.instance;
  await step('Clone the origin', machine.ensureMachine, instance, spec.address);
  const host = await step('Start the machine', machine.startMachine, instance);
  await step('Initialise the cluster', machine.initCluster, host, instance, { keep: spec.keepVersion });
  const started = await step('Start PostgreSQL', machine.startPostgres, host, instance, { keep: true });
  await step('Create role and database', machine.ensureInventoryOwner, host, instance);
  await step('Apply the migrations', machine.migrateInventory, host, instance);
  await step('Register the instance', machine.registerInventory, host, { ...spec, instance }, started);
  return host.address;
};
