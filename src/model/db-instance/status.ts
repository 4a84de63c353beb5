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
