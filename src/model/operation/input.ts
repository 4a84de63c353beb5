import type { Snapshot } from '../db-snapshot/snapshot.ts';
import type { OperationType } from './operation-types.ts';

/** The changes that ModifyDBInstance, or the maintenance window, makes on the machine. */
export interface Modification {
  readonly allocatedStorage?: number;
  readonly dbInstanceClass?: string;
  /** The new verifier is in the inventory's secrets. */
  readonly masterPassword?: true;
}

/** The DB snapshot of which an instance is made. */
export type RestoredSnapshot = Pick<Snapshot, 'id' | 'identifier'>;

/** The moment to which an instance is made, after the backup of the snapshot. */
export interface PointInTime {
  /** The identifier of the instance that was backed up. */
  readonly source: string;
  /** ISO 8601 */
  readonly time: string;
}

type NoInput = Readonly<Record<string, never>>;

/** The input of each type of operation, in addition to the resource that it holds. */
export interface OperationInputs extends Record<OperationType, object> {
  createDbInstance: NoInput;
  /** The SQL of `refuseWhileRestoring` reads it. */
  restoreDbInstance: { readonly snapshot: RestoredSnapshot; readonly pointInTime?: PointInTime };
  createReadReplica: NoInput;
  /** What the instance has of automated backups after its promotion. */
  promoteReadReplica: { readonly backupRetentionPeriod?: number; readonly preferredBackupWindow?: string };
  /**
   * `finalSnapshot`: the operation holds a snapshot, and makes it before it removes anything. `retainBackups`: the automated
   * backups stay. The SQL of `refuseTooManyRetained` reads it.
   */
  deleteDbInstance: { readonly finalSnapshot?: true; readonly retainBackups?: true };
  modifyDbInstance: { readonly modification: Modification };
  rebootDbInstance: NoInput;
  startDbInstance: NoInput;
  stopDbInstance: NoInput;
  recoverDbInstance: NoInput;
  createDbSnapshot: NoInput;
  deleteDbSnapshot: NoInput;
  applyDbParameters: NoInput;
}

/** An operation's type with the input of that type. */
export type Asked<Type extends OperationType = OperationType> = {
  readonly [Each in Type]: { readonly type: Each; readonly input: OperationInputs[Each] };
}[Type];

/** A new operation; the input is optional where the type needs none. */
export type NewOperation<Type extends OperationType = OperationType> = {
  readonly [Each in Type]: NoInput extends OperationInputs[Each]
    ? { readonly type: Each; readonly input?: OperationInputs[Each] }
    : Asked<Each>;
}[Type];

/** The operation's changes on the machine; undefined where the operation is not a modification. */
export function modificationOf(asked: NewOperation): Modification | undefined {
  return asked.type === 'modifyDbInstance' ? asked.input.modification : undefined;
}

/** The snapshot of which the operation makes its instance; undefined where it makes none of a snapshot. */
export function restoredSnapshotOf(asked: NewOperation): RestoredSnapshot | undefined {
  return asked.type === 'restoreDbInstance' ? asked.input.snapshot : undefined;
}

/** The moment to which the operation restores; undefined for that at which the backup of its snapshot ended. */
export function pointInTimeOf(asked: NewOperation): PointInTime | undefined {
  return asked.type === 'restoreDbInstance' ? asked.input.pointInTime : undefined;
}

/** What the operation gives an instance of automated backups; undefined where it promotes none. */
export function promotionOf(asked: NewOperation): OperationInputs['promoteReadReplica'] | undefined {
  return asked.type === 'promoteReadReplica' ? asked.input : undefined;
}

/** Whether the operation makes a final snapshot before it removes anything. */
export function hasFinalSnapshot(asked: NewOperation): boolean {
  return asked.type === 'deleteDbInstance' && asked.input?.finalSnapshot === true;
}

/** Whether the operation leaves the automated backups of the instance that it removes. */
export function retainsBackups(asked: NewOperation): boolean {
  return asked.type === 'deleteDbInstance' && asked.input?.retainBackups === true;
}
