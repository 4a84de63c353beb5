// What the worker runs, by workflow type. The names are part of Temporal's history: never rename one that has run.
export { bootstrapInventory } from './bootstrap-inventory.ts';
export { createDbInstance } from './create-db-instance.ts';
export { deleteDbInstance } from './delete-db-instance.ts';
export { modifyDbInstance } from './modify-db-instance.ts';
export { rebootDbInstance } from './reboot-db-instance.ts';
export { reconcile } from './reconcile.ts';
export { recoverDbInstance, startDbInstance } from './start-db-instance.ts';
export { stopDbInstance } from './stop-db-instance.ts';
