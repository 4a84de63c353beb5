// The workflows of the worker, by workflow type. The names are part of Temporal's history: never rename one
// that has run.
export { bootstrapInventory } from './bootstrap-inventory.ts';
export { applyDbParameters } from './db-instance/apply-parameters.ts';
export { createDbInstance, createReadReplica, restoreDbInstance } from './db-instance/create.ts';
export { deleteDbInstance } from './db-instance/delete.ts';
export { modifyDbInstance } from './db-instance/modify.ts';
export { promoteReadReplica } from './db-instance/promote.ts';
export { rebootDbInstance } from './db-instance/reboot.ts';
export { recoverDbInstance, startDbInstance } from './db-instance/start.ts';
export { stopDbInstance } from './db-instance/stop.ts';
export { createDbSnapshot } from './db-snapshot/create.ts';
export { deleteDbSnapshot } from './db-snapshot/delete.ts';
export { reconcile } from './reconcile.ts';
