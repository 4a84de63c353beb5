import { invalidDBInstanceState, invalidDBSnapshotState } from '../errors.ts';
import type { StatusOf } from '../status.ts';
import { type HeldKind, type OperationType, rulesOf } from './operation-types.ts';

/** The data that decides whether an operation may begin on a resource. */
export interface Beginning<Kind extends HeldKind> {
  readonly identifier: string;
  readonly status: StatusOf<Kind>;
  /** When an instance first became available. An instance that never was available is of no use. */
  readonly availableAt?: Date | null;
}

/** How AWS calls a resource of each kind in these messages, and the error. */
const words = {
  'db-instance': { noun: 'Instance', refuse: invalidDBInstanceState },
  'db-snapshot': { noun: 'Snapshot', refuse: invalidDBSnapshotState },
} as const satisfies Record<HeldKind, object>;

/**
 * Refuses an operation that may not begin now, in AWS's words.
 * @param grows whether the operation gives the instance more storage
 * @throws invalidDBInstanceState, invalidDBSnapshotState
 */
export function refuseBeginning<Kind extends HeldKind>(
  type: OperationType<Kind>,
  { identifier, status, availableAt }: Beginning<Kind>,
  grows = false,
): void {
  const rules: {
    readonly holds: HeldKind;
    readonly from: readonly string[];
    readonly growingFrom?: readonly string[];
  } = rulesOf(type);
  const { holds, from, growingFrom = [] } = rules;
  if (from.includes(status)) return;
  if (grows && availableAt && growingFrom.includes(status)) return;
  const { noun, refuse } = words[holds];
  // AWS names one status. Terraform's provider treats "is already being deleted" as success.
  throw refuse(
    status === 'deleting'
      ? `${noun} ${identifier} is already being deleted.`
      : `${noun} ${identifier} is not in ${from.slice(0, 1)} state. Current state: ${status}.`,
  );
}
