import { invalidDBSnapshotState } from '../errors.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Refuses a restore of a snapshot whose backup is not whole.
 * @throws invalidDBSnapshotState
 */
export function refuseRestoring({ identifier, status }: Pick<Snapshot, 'identifier' | 'status'>): void {
  if (status === 'available') return;
  throw invalidDBSnapshotState(`Snapshot ${identifier} is not in available state. Current state: ${status}.`);
}
