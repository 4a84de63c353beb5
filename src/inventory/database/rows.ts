import type { Instance } from '../../model/db-instance/instance.ts';
import type { ParameterGroup } from '../../model/db-parameter-group/parameter-group.ts';
import type { InstanceSubnetGroup } from '../../model/db-subnet-group/subnet-group.ts';
import type { Asked } from '../../model/operation/input.ts';
import type { Operation } from '../../model/operation/operation.ts';
import type { ResourceKind, ResourceRef } from '../../model/resource.ts';
import type { ServerFacts } from '../../model/server/facts.ts';
import { hasCode } from '../../system/has-code.ts';
import type {
  Operation as OperationRow,
  ParameterGroup as ParameterGroupRow,
  Prisma,
} from '../generated/client.ts';

/** The relations from which an instance is read. */
export const INSTANCE_ROWS = {
  primaryServer: true,
  endpoint: true,
  dbSubnetGroup: true,
  parameterGroup: { select: { name: true, parameters: true } },
} as const;

export type InstanceRow = Prisma.InstanceGetPayload<{ include: typeof INSTANCE_ROWS }>;

/** Reads a JSON column as the type that was written into it. */
export function read<T>(value: Prisma.JsonValue): T {
  return value as T;
}

/** Plain data for a JSON column. Undefined members are left out. */
export function json(value: object): Prisma.InputJsonValue {
  return value as Prisma.InputJsonValue;
}

/** What an instance shows of its group. Tags are left out, because the group itself shows them. */
export function toInstanceSubnetGroup({
  name,
  description,
  subnetIds,
}: InstanceSubnetGroup): InstanceSubnetGroup {
  return { name, description, subnetIds };
}

/**
 * The instance of these rows; undefined where a row is missing.
 */
export function toInstance(rows: InstanceRow | null): Instance | undefined {
  if (!rows?.primaryServer || !rows.endpoint) return undefined;
  // Only the reconciler needs to know when the instance lost its machine: upkeep.ts.
  const { primaryServer, endpoint, primaryServerId: _, lostAt: _lostAt, shortage, ...others } = rows;
  const { parameterGroup, parameterGroupName: _name, parameterGroupRevision: chosenAt, ...shown } = others;
  const { appliedParameters, dbSubnetGroup, dbSubnetGroupName: _group, optionGroupName, ...more } = shown;
  const { backupRetentionPeriod, latestRestorableAt, archiveFailingSince, ...rest } = more;
  const { replicaSourceId, replicaSource, readReplicas, replicationFault, ...row } = rest;
  const { machine, host, certificateAuthority: authority, certificateUntil: until } = primaryServer;
  const { address, port } = endpoint;
  return {
    ...row,
    ...{ machine, host, address, port },
    ...(authority !== null && until !== null && { certificate: { authority, until } }),
    ...(backupRetentionPeriod > 0 && { backupRetentionPeriod }),
    ...(latestRestorableAt !== null && { latestRestorableAt }),
    ...(archiveFailingSince !== null && { archiveFailingSince }),
    ...(replicaSourceId !== null && {
      replicaOf: { dbiResourceId: replicaSourceId, identifier: replicaSource ?? '' },
    }),
    ...(readReplicas.length > 0 && { readReplicas }),
    ...(replicationFault !== null && {
      replicationFault: replicationFault as NonNullable<Instance['replicationFault']>,
    }),
    ...(shortage !== null && { shortage: shortage as NonNullable<Instance['shortage']> }),
    ...(parameterGroup && {
      parameterGroup: { name: parameterGroup.name, parameters: read(parameterGroup.parameters), chosenAt },
    }),
    ...(dbSubnetGroup && { dbSubnetGroup: toInstanceSubnetGroup(dbSubnetGroup) }),
    ...(optionGroupName !== null && { optionGroupName }),
    ...(appliedParameters !== null && { appliedParameters: read(appliedParameters) }),
    status: row.status as Instance['status'],
    settings: read(row.settings),
    pending: read(row.pending),
    tags: read(row.tags),
  };
}

export function toParameterGroup({
  createdAt: _,
  parameters,
  tags,
  ...row
}: ParameterGroupRow): ParameterGroup {
  return { ...row, parameters: read(parameters), tags: read(tags) };
}

export function toOperation(stored: OperationRow): Operation {
  const { type, input, resourceKind, resourceId: id, resourceName: name, ...row } = stored;
  // Each row was written with the input of its type.
  const asked = { type, input: read(input) } as Asked;
  const resource: ResourceRef = { kind: resourceKind as ResourceKind, id, name };
  return { ...row, ...asked, resource, state: row.state as Operation['state'], facts: read(row.facts) };
}

/**
 * The columns that a change sets in an instance, its primary server and its endpoint. Machine and port never
 * change, and the list of its read replicas changes with the rows of those.
 */
export type InstancePatch = Partial<
  Omit<Instance, 'dbiResourceId' | 'identifier' | 'machine' | 'port' | 'readReplicas'>
>;

/** The columns that name the source of a read replica. */
export function sourceColumns(replicaOf: Instance['replicaOf']) {
  return {
    replicaSourceId: replicaOf?.dbiResourceId ?? null,
    replicaSource: replicaOf?.identifier ?? null,
  };
}

/** Refers to the row of a group that a user made; null for the default group, which has no row. */
function reference(group: { readonly name: string } | null) {
  return group ? { connect: { name: group.name } } : { disconnect: true };
}

/** @param found facts of the primary server; they replace the stored facts */
export function toColumns(
  {
    settings,
    pending,
    tags,
    host,
    address,
    certificate,
    parameterGroup,
    appliedParameters,
    dbSubnetGroup,
    optionGroupName,
    replicaOf,
    ...scalars
  }: InstancePatch,
  found?: ServerFacts,
): Prisma.InstanceUpdateInput {
  const server = {
    ...(host !== undefined && { host }),
    ...(address !== undefined && { address }),
    ...(certificate && {
      certificateAuthority: certificate.authority,
      certificateUntil: certificate.until,
    }),
    ...(found && { facts: json(found) }),
  };
  return {
    ...scalars,
    ...(settings && { settings: json(settings) }),
    ...(pending && { pending: json(pending) }),
    ...(tags && { tags: json(tags) }),
    ...(parameterGroup !== undefined && {
      parameterGroup: reference(parameterGroup),
      parameterGroupRevision: parameterGroup?.chosenAt ?? 0,
    }),
    ...(dbSubnetGroup !== undefined && { dbSubnetGroup: reference(dbSubnetGroup) }),
    ...(optionGroupName !== undefined && {
      optionGroup: reference(optionGroupName === null ? null : { name: optionGroupName }),
    }),
    ...(appliedParameters && { appliedParameters: json(appliedParameters) }),
    ...(replicaOf !== undefined && sourceColumns(replicaOf)),
    ...(Object.keys(server).length > 0 && { primaryServer: { update: server } }),
    ...(address !== undefined && { endpoint: { update: { address } } }),
  };
}

/** Prisma's error code for a row that refers to a missing row, and for a row to which others refer. */
export function isReferenceViolation(error: unknown): boolean {
  return hasCode(error, 'P2003') || hasCode(error, 'P2025');
}

/** Prisma's error code for a row whose key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, 'P2002');
}
