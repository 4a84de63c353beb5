import type { Status } from '../db-instance/status.ts';
import { invalidDBInstanceState } from '../errors.ts';
import { type OperationType, rulesOf } from './operation-types.ts';

/** What decides whether an operation may begin on an instance. */
export interface Beginning {
  readonly identifier: string;
  readonly status: Status;
  /** When it became available first; one that never was is of use for nothing. */
  readonly availableAt?: Date | null;
}

/**
 * Refuses an operation that may not begin now, in AWS's words.
 * @param grows whether it gives the instance more storage
 * @throws invalidDBInstanceState
 */
export function refuseBeginning(
  type: OperationType<'db-instance'>,
  { identifier, status, availableAt }: Beginning,
  grows = false,
): void {
  const { from, growingFrom = [] } = rulesOf(type);
  if (from.includes(status)) return;
  if (grows && availableAt && growingFrom.includes(status)) return;
  // AWS names one status. Terraform's provider takes "is already being deleted" for success.
  throw invalidDBInstanceState(
    status === 'deleting'
      ? `Instance ${identifier} is already being deleted.`
      : `Instance ${identifier} is not in ${from.slice(0, 1)} state. Current state: ${status}.`,
  );
}
