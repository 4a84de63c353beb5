import type { Instance } from '../../model/db-instance/instance.ts';
import type { Asked } from '../../model/operation/input.ts';
import type { Operation } from '../../model/operation/operation.ts';
import type { ResourceKind, ResourceRef } from '../../model/resource.ts';
import type { Instance as InstanceRow, Operation as OperationRow, Prisma } from '../generated/client.ts';

/** A JSON column read as what was written into it. */
function read<T>(value: Prisma.JsonValue): T {
  return value as T;
}

/** Plain data for a JSON column. Members that are undefined are left out. */
export function json(value: object): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

// When it lost its machine is the reconciler's alone to know: upkeep.ts.
export function toInstance({ lostAt: _, shortage, ...row }: InstanceRow): Instance {
  return {
    ...row,
    ...(shortage !== null && { shortage: shortage as NonNullable<Instance['shortage']> }),
    status: row.status as Instance['status'],
    settings: read(row.settings),
    pending: read(row.pending),
    tags: read(row.tags),
  };
}

export function toOperation(stored: OperationRow): Operation {
  const { type, input, resourceKind, resourceId: id, resourceName: name, ...row } = stored;
  // Each row was written with the input of its type.
  const asked = { type, input: read(input) } as Asked;
  const resource: ResourceRef = { kind: resourceKind as ResourceKind, id, name };
  return { ...row, ...asked, resource, state: row.state as Operation['state'], facts: read(row.facts) };
}

/** Columns of an instance that a change sets. */
export type InstancePatch = Partial<Omit<Instance, 'dbiResourceId'>>;

export function toColumns({
  settings,
  pending,
  tags,
  ...scalars
}: InstancePatch): Prisma.InstanceUpdateInput {
  return {
    ...scalars,
    ...(settings && { settings: json(settings) }),
    ...(pending && { pending: json(pending) }),
    ...(tags && { tags: json(tags) }),
  };
}

/** Prisma's word for a row whose key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Object && 'code' in error && error.code === 'P2002';
}
