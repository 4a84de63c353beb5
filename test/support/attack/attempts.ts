import type { Instance } from '../../../src/model/db-instance/instance.ts';
import { inventorySpec } from '../inventory-spec.ts';
import type { World } from '../world.ts';
import type { Stranger } from './stranger.ts';
import type { Attempt, Outcome } from './stranger-workflows.ts';

export const CANARY = 'call 0900-EVIL';

const forgedEvents = [{ id: 'CORNAC-EVENT-NOTE', detail: CANARY }];

/** Calls of every activity of Cornac, with arguments of every shape that a stranger can know. */
export function createAttempts(world: World, stranger: Stranger, victim: Instance) {
  /** Arguments in the shape that 0.2 believed: they name the victim's machine, and lead to the stranger's. */
  function oldArguments(ref: object): Record<string, readonly unknown[]> {
    const { dbiResourceId, identifier, dbInstanceClass, engineVersion, allocatedStorage } = victim;
    const { masterUsername, dbName, port, machine } = victim;
    const sizes = { dbInstanceClass, engineVersion, allocatedStorage };
    const instance = { dbiResourceId, identifier, ...sizes, masterUsername, dbName, port, machine };
    const { trap } = stranger;
    return {
      beginOperation: [ref],
      completeOperation: [ref, { status: 'available', address: '127.66.6.6', events: forgedEvents }],
      settleOperation: [ref, CANARY],
      noteModification: [ref, { allocatedStorage: 99 }],
      forgetInstance: [ref],
      chooseHost: [instance, ref],
      ensureMachine: [{ ...instance, machine: 'cornac-forged' }],
      startMachine: [instance],
      stopMachine: [instance],
      resizeMachine: [{ ...instance, allocatedStorage: 99 }],
      destroyMachine: [instance, { isNew: false }],
      initCluster: [trap, instance],
      startPostgres: [trap, instance],
      applyParameters: [trap, instance],
      restartPostgres: [trap, instance],
      stopPostgres: [instance],
      ensureMaster: [trap, instance, ref],
      setMasterPassword: [trap, instance, ref],
      growDisk: [trap, instance],
      prepareRepository: [trap, instance],
      takeBackup: [trap, instance],
      restoreCluster: [trap, instance],
      copySource: [trap, instance],
      awaitReplication: [trap, instance],
      promoteReplica: [trap, instance],
      noteSnapshot: [ref],
      archiveLog: [trap, instance],
      removeBackup: [ref],
      forgetSnapshot: [ref],
      reconcileOperations: [],
      reconcileInstances: [],
      beginMaintenance: [],
      pruneInventory: [],
      findInventoryHost: [instance],
      ensureInventoryOwner: [trap, instance],
      migrateInventory: [trap, instance],
      registerInventory: [
        trap,
        { ...inventorySpec(world), dbiResourceId: 'db-FORGED' },
        { address: '127.66.6.6' },
      ],
    };
  }

  function attempts(args: Record<string, readonly unknown[]>, taskQueue = world.taskQueue): Attempt[] {
    return Object.entries(args).map(([activity, each]) => ({ activity, taskQueue, args: each }));
  }
  function newArguments(ref: object) {
    return Object.fromEntries(Object.keys(oldArguments(ref)).map((name) => [name, [ref, 'asked']]));
  }

  function both(ref: object): Attempt[] {
    return [...attempts(oldArguments(ref)), ...attempts(newArguments(ref))];
  }

  return { oldArguments, attempts, both };
}

/**
 * Whether the answer is a refusal without information. A step of an operation that has ended returns null.
 */
export function isHarmless({ result = null, failure }: Outcome): boolean {
  return failure ? failure.type === 'NotHeld' || /is not registered/.test(failure.message) : result === null;
}
