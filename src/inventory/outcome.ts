import { type Instance, resourceOf } from '../model/db-instance/instance.ts';
import type { Status } from '../model/db-instance/status.ts';
import { snapshotResource } from '../model/db-snapshot/snapshot.ts';
import { type EventText, event } from '../model/event.ts';
import type { ServerFacts } from '../model/server/facts.ts';
import type { Transaction } from './database/client.ts';
import { type InstancePatch, toColumns } from './database/rows.ts';
import { type SnapshotPatch, toSnapshotColumns } from './database/snapshot-rows.ts';
import { recordEvents } from './events.ts';
import { unlinkReplica } from './replicas.ts';
import type { Holder, Holding } from './while-holding.ts';

/** The effect on the resources of an operation of what it has reached so far. Ignored for what it does not hold. */
export interface Reached {
  /** Columns of the instance. */
  readonly patch?: InstancePatch;
  /** Events of the instance. */
  readonly events?: readonly EventText[];
  readonly snapshot?: { readonly patch?: SnapshotPatch; readonly events?: readonly EventText[] };
}

/** The effect when an operation ends. */
export interface Outcome extends Reached {
  /** The status of the instance. */
  readonly status?: Status;
  /** The facts that were found of the primary server. */
  readonly found?: ServerFacts;
}

async function writeInstance(
  tx: Transaction,
  instance: Instance,
  { patch, status, found, events = [] }: Outcome,
  operationId: string,
): Promise<void> {
  const data = toColumns({ ...patch, ...(status && { status }) }, found);
  if (Object.keys(data).length > 0) {
    await tx.instance.update({ where: { dbiResourceId: instance.dbiResourceId }, data });
  }
  if (patch?.replicaOf === null) await unlinkReplica(tx, instance);
  await recordEvents(tx, resourceOf(instance), events, operationId);
}

/** Writes an operation's effect on the resources that it holds. */
export async function writeOutcome(
  tx: Transaction,
  { instance, snapshot }: Pick<Holding, 'instance' | 'snapshot'>,
  outcome: Outcome,
  { operationId }: Holder,
): Promise<void> {
  if (instance) await writeInstance(tx, instance, outcome, operationId);
  if (!snapshot || !outcome.snapshot) return;
  const { patch = {}, events = [] } = outcome.snapshot;
  if (Object.keys(patch).length > 0) {
    await tx.snapshot.update({ where: { id: snapshot.id }, data: toSnapshotColumns(patch) });
  }
  await recordEvents(tx, snapshotResource(snapshot), events, operationId);
}

/** The same outcome, after which the resources are free for other operations. */
export function releasing({ patch, snapshot, ...outcome }: Outcome): Outcome {
  return {
    ...outcome,
    patch: { ...patch, operationId: null },
    snapshot: { ...snapshot, patch: { ...snapshot?.patch, operationId: null } },
  };
}

/**
 * What an operation held together with the resource that another operation has taken from it. A snapshot that was
 * being made is of no use.
 */
export async function abandonRest(tx: Transaction, { operationId }: Holder): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM db_snapshot WHERE operation_id = ${operationId}::uuid ORDER BY id FOR UPDATE`;
  const rest = await tx.snapshot.findMany({ where: { operationId } });
  for (const { id, identifier } of rest) {
    await tx.snapshot.update({ where: { id }, data: { status: 'failed', operationId: null } });
    const events = [event('CORNAC-EVENT-NOTE', 'another operation has taken over its DB instance')];
    await recordEvents(tx, { kind: 'db-snapshot', name: identifier }, events, operationId);
  }
}
