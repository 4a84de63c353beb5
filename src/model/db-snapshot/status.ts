/** The statuses of a DB snapshot, in RDS's words. */
export const snapshotStatuses = ['available', 'creating', 'deleting', 'failed'] as const;

export type SnapshotStatus = (typeof snapshotStatuses)[number];
