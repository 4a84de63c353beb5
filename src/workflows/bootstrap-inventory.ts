import { bootstrap } from './activities.ts';
import { createRunbook } from './steps.ts';

/**
 * Provisions the inventory's own instance. The steps are those of any instance, but no inventory exists yet
 * to define the instance or to hold a secret. The process that runs the bootstrap knows both.
 */
export async function bootstrapInventory({ needsHost }: { readonly needsHost?: true }): Promise<void> {
  const step = createRunbook();
  if (needsHost) await step('Choose a host', bootstrap.findInventoryHost);
  await step('Clone the origin', bootstrap.ensureMachine);
  await step('Start the machine', bootstrap.startMachine);
  await step('Initialise the cluster', bootstrap.initCluster);
  await step('Start PostgreSQL', bootstrap.startPostgres);
  await step('Create role and database', bootstrap.ensureInventoryOwner);
  await step('Apply the migrations', bootstrap.migrateInventory);
  await step('Register the instance', bootstrap.registerInventory);
}
