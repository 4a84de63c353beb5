import type { Status } from '../db-instance/status.ts';
import { invalidDBInstanceState } from '../errors.ts';
import { type OperationType, rulesOf } from './operation-types.ts';

/** The data that decides whether an operation may begin on an instance. */
export interface Beginning {
  readonly identifier: string;
  readonly status: Status;
  /** When the instance first became available. An instance that never was available is of no use. */
  readonly availableAt?: Date | null;
}

/**
 * Refuses an operation that may not begin now, in AWS's words.
 * @param grows whether the operation gives the instance more storage
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
  // AWS names one status. Terraform's provider treats "is already being deleted" as success.
  throw invalidDBInstanceState(
    status === 'deleting'
      ? `Instance ${identifier} is already being deleted.`
      : `Instance ${identifier} is not in ${from.slice(0, 1)} state. Current state: ${status}.`,
  );
}
