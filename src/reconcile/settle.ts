import type { Inventory } from '../inventory/inventory.ts';
import type { Outcome } from '../inventory/outcome.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import { event } from '../model/event.ts';
import { promotedPatch } from '../model/operation/conclusion.ts';
import { hasFinalSnapshot } from '../model/operation/input.ts';
import type { Operation } from '../model/operation/operation.ts';
import { holdsKind, type OperationType, rulesOf } from '../model/operation/operation-types.ts';
import { noteRoom } from '../model/server/room.ts';
import { findRoom, findServerStatus, type Place } from './server-status.ts';

/** The state in which an instance is found after a failed operation. */
interface FoundAs {
  readonly status: Status;
  /** Absent where the status does not depend on it, or the machine does not report it. */
  readonly room?: ReturnType<typeof noteRoom>;
}

/**
 * The true status of an instance whose operation failed. An instance that never was available is `failed`, as
 * in RDS. So is an instance whose deletion failed, because what is left of it is of no other use. So is an
 * instance whose machine does not answer, until the reconciler finds that it serves. `stopped` means that a
 * user stopped the instance, and that only a user starts it. An instance whose machine is off without a
 * user's request is `failed`, so that the reconciler starts it again. An instance whose data volume is full
 * is `storage-full`, whether or not its server still runs. Without a report of the machine, the last reported
 * shortage stands.
 */
async function findStatus(
  instance: Instance,
  operation: Operation,
  type: OperationType<'db-instance'>,
  place: Place,
): Promise<FoundAs> {
  const { facts } = operation;
  // A deletion removes nothing before its final snapshot is made.
  const mayBeWhole = hasFinalSnapshot(operation) && !facts.destroyed;
  const { onFailure } = rulesOf(type);
  if (instance.availableAt === null) return { status: 'failed' };
  if ('status' in onFailure && !mayBeWhole) return onFailure;
  const server = await findServerStatus(instance, place);
  if (server === 'off') return { status: 'off' in onFailure ? onFailure.off : 'failed' };
  if (server === 'gone' || server === 'unknown') return { status: 'failed' };
  const found = await findRoom(instance, place);
  const isUp = server === 'running';
  const { refused } = facts.parameters ?? instance.appliedParameters ?? {};
  const serving = refused ? 'incompatible-parameters' : 'available';
  if (found === undefined && instance.shortage === 'full') return { status: 'storage-full' };
  const room = typeof found === 'object' ? noteRoom(instance, found) : undefined;
  return {
    status: room?.status === 'storage-full' ? 'storage-full' : isUp ? serving : 'failed',
    ...(room && { room }),
  };
}

/** The effect of a failed operation on the instance that it holds. */
async function settleInstance(
  { instances }: Pick<Inventory, 'instances'>,
  place: Place,
  operation: Operation,
  type: OperationType<'db-instance'>,
  what: string,
): Promise<Outcome> {
  const { id: operationId, resource, facts } = operation;
  const instance = await instances.find({ dbiResourceId: resource.id });
  // An operation that a delete has overtaken no longer decides on the instance.
  const holds = instance?.operationId === operationId;
  const { status, room }: FoundAs = holds
    ? await findStatus(instance, operation, type, place)
    : { status: 'failed' };
  const outcome = status === 'failed' ? event('RDS-EVENT-0031', what) : event('CORNAC-EVENT-NOTE', what);
  const { parameters: appliedParameters } = facts;
  const patch = {
    ...room?.patch,
    ...(appliedParameters && { appliedParameters }),
    // It is a server of its own, whatever failed after that.
    ...(holds && facts.promoted && promotedPatch(operation, instance)),
  };
  return { status, events: [...(room?.events ?? []), outcome], patch };
}

/**
 * Ends a failed operation, with the reason in an event. Takes seconds, whatever the machine does, because a
 * delete that has overtaken the operation waits for it. An overtaken operation is only closed. A snapshot that the
 * operation holds is of no use: it was not made, or not wholly removed.
 */
export async function settleOperation(
  inventory: Pick<Inventory, 'instances' | 'operations'>,
  place: Place,
  operation: Operation,
  reason: string,
): Promise<void> {
  const { id: operationId, type } = operation;
  const what = `${type} did not succeed: ${reason}`;
  const ofInstance = holdsKind(type, 'db-instance')
    ? await settleInstance(inventory, place, operation, type, what)
    : {};
  const snapshot = {
    patch: { status: 'failed' as const },
    events: [event('CORNAC-EVENT-NOTE', what)],
  };
  await inventory.operations.fail({ operationId }, { ...ofInstance, snapshot }, reason);
}
