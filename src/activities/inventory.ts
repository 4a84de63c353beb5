import { log } from '@temporalio/activity';
import { RECONCILER } from '../inventory/outbox.ts';
import { concludeSnapshot } from '../model/db-snapshot/conclusion.ts';
import { conclude, successEvents } from '../model/operation/conclusion.ts';
import { type Modification, modificationOf, retainsBackups } from '../model/operation/input.ts';
import type { Plan } from '../model/operation/operation.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { readSettleCode, type SettleCode, settleReason } from '../model/operation/settlement.ts';
import { placeOf } from '../providers/places.ts';
import { noteArchiveOf } from '../reconcile/archive-watch.ts';
import { settleOperation } from '../reconcile/settle.ts';
import { createBackupWork } from './backup-work.ts';
import { createCatchUp } from './catch-up.ts';
import type { ActivityDeps } from './deps.ts';
import { createMachineWork } from './machine.ts';
import type { HeldCall, OperationActivities } from './operation-activity.ts';
import { createReplicaWork } from './replica-work.ts';

function partsOf(modification: Modification): NonNullable<Plan['modification']> {
  return Object.fromEntries(
    Object.entries(modification).flatMap(([part, value]) => (value === undefined ? [] : [[part, true]])),
  );
}

/** Steps in the inventory. */
export function inventoryActivities(
  deps: Pick<ActivityDeps, 'inventory' | 'provider' | 'guest'>,
  { own, held }: OperationActivities,
) {
  const { inventory, provider, guest } = deps;
  const catchUp = createCatchUp(deps);
  const { destroyMachine } = createMachineWork(deps);
  const { discardUnused } = createBackupWork(deps);
  const { leaveSource } = createReplicaWork(deps);
  const closing = { done: () => {} };

  /** Begins at once what the instance needs next. What fails here is left to the reconciler. */
  const afterwards = async ({ instance, snapshot }: HeldCall): Promise<void> => {
    const { dbiResourceId, parameterGroup } = instance;
    const call = { requestId: RECONCILER };
    if (snapshot) {
      const warn = (fields: object, message: string) => log.warn(message, { ...fields });
      const watched = { inventory, place: { provider, guest }, log: { warn } };
      await noteArchiveOf(watched, dbiResourceId).catch(() => {});
    }
    // A group that was changed during the operation, and instances for which there was no room before.
    if (parameterGroup) await inventory.parameterUpkeep.begin(call, parameterGroup.name);
    await inventory.backupUpkeep.beginFirst(instance, call);
  };

  return {
    /** Null when nothing is left to do for the operation. */
    beginOperation: own<[], Plan | null>('beginOperation', async ({ ref, operation }) => {
      const held = await inventory.operations.begin(ref);
      if (!held) return null;
      // An operation that holds no instance has no step on a machine.
      const { instance } = held;
      if (!instance) return {};
      // An unknown host is refused here, because no worker polls its queue, and the steps would wait for
      // ever.
      placeOf(provider, instance);
      const { host } = instance;
      const modification = modificationOf(operation);
      const finalSnapshot = rulesOf(operation.type).leaves === 'nothing' && held.snapshot !== undefined;
      const needsHost = provider.hosts.length > 0 && host === null;
      return {
        ...(host !== null && { host }),
        ...(needsHost && { needsHost }),
        ...(finalSnapshot && { finalSnapshot }),
        ...(retainsBackups(operation) && { retainBackups: true as const }),
        ...(modification && { modification: partsOf(modification) }),
      };
    }),

    /**
     * Writes status, facts and events of a successful operation in one transaction, from the inventory's own
     * rows.
     */
    completeOperation: held<[], void>(
      'completeOperation',
      async (call) => {
        const operation = await catchUp.complete(call);
        if (operation.facts.promoted) await leaveSource(call);
        const snapshot = call.snapshot && concludeSnapshot(call.snapshot, operation.facts);
        const outcome = { ...conclude(operation, call.instance, new Date()), ...(snapshot && { snapshot }) };
        await inventory.operations.succeed(call.ref, outcome);
        // What a promotion gives the instance of backups begins now.
        await afterwards({ ...call, instance: { ...call.instance, ...outcome.patch } });
      },
      closing,
    ),

    /** Ends a failed operation. The instance gets the status in which its machine is found. */
    settleOperation: own<[code: SettleCode], void>('settleOperation', async ({ operation, args }) => {
      const reason = settleReason(readSettleCode(args[1]), operation.facts.failure?.text);
      await settleOperation(inventory, { provider, guest }, operation, reason);
    }),

    /** Stores the storage that an operation has reached, however the rest of the operation ends. */
    noteModification: held<[], void>('noteModification', async (call) => {
      const { facts } = call.operation;
      const { allocatedStorage } = modificationOf(call.operation) ?? {};
      if (allocatedStorage === undefined) return;
      if (facts.allocatedStorage !== allocatedStorage) await catchUp.grow(call);
      await inventory.operations.note(call.ref, { patch: { allocatedStorage } });
    }),

    /** Ends a deletion. */
    forgetInstance: held<[], void>(
      'forgetInstance',
      async (call) => {
        if (!call.operation.facts.destroyed) await destroyMachine(call);
        await discardUnused(call);
        await leaveSource(call);
        await inventory.operations.forget(call.ref, successEvents(call.operation));
        await inventory.replicaUpkeep.begin({ requestId: RECONCILER });
      },
      closing,
    ),
  };
}
