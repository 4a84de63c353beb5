import type { Inventory } from '../inventory/inventory.ts';
import { event } from '../model/event.ts';
import type { Instance } from '../model/instance.ts';
import type { Operation } from '../model/operation.ts';
import type { Status } from '../model/status.ts';
import { findServerStatus, type Place } from './server-status.ts';

/**
 * The status that tells the truth about an instance whose operation went wrong. One that never was available is
 * `failed`, as in RDS, and so is one whose deletion did not end: whatever is left of it is good for nothing else. One
 * that cannot be looked into is `failed`, too, until the reconciler finds that it serves. `stopped` is what a user asked
 * for and nobody else brings back: where a machine is off that nobody wanted off, the reconciler is to start it again.
 */
const findStatus = async (instance: Instance, type: Operation['type'], place: Place): Promise<Status> => {
  if (instance.availableAt === null || type === 'deleteDbInstance') return 'failed';
  const server = await findServerStatus(instance, place);
  if (server === 'off') return type === 'stopDbInstance' || type === 'startDbInstance' ? 'stopped' : 'failed';
  return server === 'running' ? 'available' : 'failed';
};

/**
 * Ends an operation that did not succeed, with the reason in an event. Takes seconds, whatever the machine does: a
 * delete that has overtaken the operation waits for it, and nothing else is done then than to close it.
 */
export const settleOperation = async (
  { instances, operations }: Pick<Inventory, 'instances' | 'operations'>,
  place: Place,
  operation: Operation,
  reason: string,
): Promise<void> => {
  const { id: operationId, dbiResourceId, type } = operation;
  const instance = await instances.find({ dbiResourceId });
  // One that a delete has overtaken has nothing to say of the instance any more.
  const holds = instance?.operationId === operationId;
  const status = holds ? await findStatus(instance, type, place) : 'failed';
  const what = `${type} did not succeed: ${reason}`;
  const told = status === 'failed' ? event('RDS-EVENT-0031', what) : event('CORNAC-EVENT-NOTE', what);
  await operations.fail({ operationId, dbiResourceId }, { status, events: [told] }, reason);
};
