import { invalidDBInstanceState } from '../errors.ts';

/** The statuses that Cornac uses, in RDS's words: Terraform fails at once on any other (UG accessing-monitoring). */
export const statuses = [
  'available',
  'creating',
  'deleting',
  'failed',
  'modifying',
  'rebooting',
  'resetting-master-credentials',
  'starting',
  'stopped',
  'stopping',
  'storage-full',
] as const;

export type Status = (typeof statuses)[number];

/** Those in which users count on the instance now, be it to read only. */
export const servingStatuses = ['available', 'storage-full'] as const satisfies readonly Status[];

export function isServing(status: Status): boolean {
  return servingStatuses.some((each) => each === status);
}

/** What an operation is allowed to begin from, and the status that shows while it runs. */
export interface Transition {
  readonly from: readonly Status[];
  /** What it may begin from, too, where it gives the instance more storage: nothing else helps one that is full. */
  readonly growingFrom?: readonly Status[];
  readonly to: Status;
}

/** Workflow type of each operation on an instance → its transition. Gates as in UG USER_*Instance. */
export const transitions = {
  createDbInstance: { from: [], to: 'creating' },
  deleteDbInstance: { from: statuses.filter((status) => status !== 'deleting'), to: 'deleting' },
  modifyDbInstance: { from: ['available'], growingFrom: ['storage-full', 'failed'], to: 'modifying' },
  rebootDbInstance: { from: ['available', 'storage-full'], to: 'rebooting' },
  startDbInstance: { from: ['stopped'], to: 'starting' },
  stopDbInstance: { from: ['available'], to: 'stopping' },
  /** Begun by the reconciler when an instance that should be up is found down. */
  recoverDbInstance: { from: ['available', 'failed', 'storage-full'], to: 'starting' },
} as const satisfies Record<string, Transition>;

export type OperationType = keyof typeof transitions;

/** What decides whether an operation may begin. */
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
export function refuseTransition(
  type: OperationType,
  { identifier, status, availableAt }: Beginning,
  grows = false,
): void {
  const { from, growingFrom = [] }: Transition = transitions[type];
  if (from.includes(status)) return;
  if (grows && availableAt && growingFrom.includes(status)) return;
  // AWS names one status. Terraform's provider takes "is already being deleted" for success.
  throw invalidDBInstanceState(
    status === 'deleting'
      ? `Instance ${identifier} is already being deleted.`
      : `Instance ${identifier} is not in ${from.slice(0, 1)} state. Current state: ${status}.`,
  );
}
