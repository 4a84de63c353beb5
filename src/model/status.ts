import { invalidDBInstanceState } from './errors.ts';

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
] as const;

export type Status = (typeof statuses)[number];

/** What an operation is allowed to begin from, and the status that shows while it runs. */
export interface Transition {
  readonly from: readonly Status[];
  readonly to: Status;
}

/** Workflow type of each operation on an instance → its transition. Gates as in UG USER_*Instance. */
export const transitions = {
  createDbInstance: { from: [], to: 'creating' },
  deleteDbInstance: { from: statuses.filter((status) => status !== 'deleting'), to: 'deleting' },
  modifyDbInstance: { from: ['available'], to: 'modifying' },
  rebootDbInstance: { from: ['available'], to: 'rebooting' },
  startDbInstance: { from: ['stopped'], to: 'starting' },
  stopDbInstance: { from: ['available'], to: 'stopping' },
  /** Begun by the reconciler when an instance that should be up is found down. */
  recoverDbInstance: { from: ['available', 'failed'], to: 'starting' },
} as const satisfies Record<string, Transition>;

export type OperationType = keyof typeof transitions;

/**
 * Refuses an operation that may not begin now, in AWS's words.
 * @throws invalidDBInstanceState
 */
export const refuseTransition = (
  type: OperationType,
  { identifier, status }: { readonly identifier: string; readonly status: Status },
): void => {
  const { from }: Transition = transitions[type];
  if (from.includes(status)) return;
  // Terraform's provider takes "is already being deleted" for success.
  throw invalidDBInstanceState(
    status === 'deleting'
      ? `Instance ${identifier} is already being deleted.`
      : `Instance ${identifier} is not in ${from.join(' or ')} state. Current state: ${status}.`,
  );
};
