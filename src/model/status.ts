import type { Status as InstanceStatus } from './db-instance/status.ts';
import type { SnapshotStatus } from './db-snapshot/status.ts';
import type { ResourceKind } from './resource.ts';

interface Statuses extends Record<ResourceKind, string> {
  'db-instance': InstanceStatus;
  'db-snapshot': SnapshotStatus;
  /** A parameter group has no status. */
  'db-parameter-group': never;
  /** Nothing ever happens to a subnet group, so its status is always the same. */
  'db-subnet-group': never;
}

/** The statuses of one kind of resource. The same word means different things for two kinds. */
export type StatusOf<Kind extends ResourceKind> = Statuses[Kind];
