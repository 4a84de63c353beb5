/**
 * The statuses that Cornac uses, in RDS's words. Terraform fails at once on any other (UG
 * accessing-monitoring).
 */
export const statuses = [
  'available',
  'backing-up',
  'creating',
  'deleting',
  'failed',
  'incompatible-parameters',
  'modifying',
  'rebooting',
  'resetting-master-credentials',
  'starting',
  'stopped',
  'stopping',
  'storage-full',
] as const;

export type Status = (typeof statuses)[number];

/**
 * The statuses in which users rely on the instance now, even if only for reads. An instance with
 * incompatible parameters runs with its previous ones.
 */
export const servingStatuses = [
  'available',
  'storage-full',
  'incompatible-parameters',
] as const satisfies readonly Status[];

export function isServing(status: Status): boolean {
  return servingStatuses.some((each) => each === status);
}

/** The statuses in which the server runs and archives its log. Many operations leave it running, a backup always does. */
export const archivingStatuses = [...servingStatuses, 'backing-up'] as const satisfies readonly Status[];

export function isArchiving(status: Status): boolean {
  return archivingStatuses.some((each) => each === status);
}
