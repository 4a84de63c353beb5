import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import { event } from '../model/event.ts';
import type { Operation } from '../model/operation/operation.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { noteRoom } from '../model/server/room.ts';
import { findRoom, findServerStatus, type Place } from './server-status.ts';

/** How an instance is found whose operation went wrong. */
interface FoundAs {
  readonly status: Status;
  /** Absent where that is known of it, or nobody could look. */
  readonly room?: ReturnType<typeof noteRoom>;
}

/**
 * The status that tells the truth about an instance whose operation went wrong. One that never was available is
 * `failed`, as in RDS, and so is one whose deletion did not end: whatever is left of it is good for nothing else. One
 * that cannot be looked into is `failed`, too, until the reconciler finds that it serves. `stopped` is what a user asked
 * for and nobody else brings back: where a machine is off that nobody wanted off, the reconciler is to start it again.
 * One whose data volume is full is `storage-full`, whether its server still runs or not. Where it does not tell, what was
 * told last stands.
 */
async function findStatus(instance: Instance, type: Operation['type'], place: Place): Promise<FoundAs> {
  const { onFailure } = rulesOf(type);
  if (instance.availableAt === null) return { status: 'failed' };
  if ('status' in onFailure) return onFailure;
  const server = await findServerStatus(instance, place);
  if (server === 'off') return { status: onFailure.off };
  if (server === 'gone' || server === 'unknown') return { status: 'failed' };
  const found = await findRoom(instance, place);
  const isUp = server === 'running';
  if (found === undefined && instance.shortage === 'full') return { status: 'storage-full' };
  const room = typeof found === 'object' ? noteRoom(instance, found) : undefined;
  return {
    status: room?.status === 'storage-full' ? 'storage-full' : isUp ? 'available' : 'failed',
    ...(room && { room }),
  };
}

/**
 * Ends an operation that did not succeed, with the reason in an event. Takes seconds, whatever the machine does: a
 * delete that has overtaken the operation waits for it, and nothing else is done then than to close it.
 */
export async function settleOperation(
  { instances, operations }: Pick<Inventory, 'instances' | 'operations'>,
  place: Place,
  operation: Operation,
  reason: string,
): Promise<void> {
  const { id: operationId, resource, type } = operation;
  const instance = await instances.find({ dbiResourceId: resource.id });
  // One that a delete has overtaken has nothing to say of the instance any more.
  const holds = instance?.operationId === operationId;
  const { status, room }: FoundAs = holds ? await findStatus(instance, type, place) : { status: 'failed' };
  const what = `${type} did not succeed: ${reason}`;
  const told = status === 'failed' ? event('RDS-EVENT-0031', what) : event('CORNAC-EVENT-NOTE', what);
  const events = [...(room?.events ?? []), told];
  await operations.fail({ operationId }, { status, events, ...(room && { patch: room.patch }) }, reason);
}
