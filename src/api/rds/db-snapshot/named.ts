import type { Inventory } from '../../../inventory/inventory.ts';
import type { Snapshot } from '../../../model/db-snapshot/snapshot.ts';
import { dbSnapshotNotFound } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { resourceNameOf } from '../../request/resource-name.ts';

/**
 * The identifier of the snapshot that a request names by identifier or ARN.
 * @throws dbSnapshotNotFound where no snapshot can have that name
 */
export function readSnapshotIdentifier(named: string, owner: Owner): string {
  const identifier = resourceNameOf('db-snapshot', named, owner);
  if (identifier === undefined) throw dbSnapshotNotFound(named);
  return identifier;
}

/**
 * The snapshot that a request names by identifier or ARN.
 * @throws dbSnapshotNotFound
 */
export async function requireSnapshot(
  named: string,
  { inventory, owner }: { readonly inventory: Pick<Inventory, 'snapshots'>; readonly owner: Owner },
): Promise<Snapshot> {
  const found = await inventory.snapshots.find({ identifier: readSnapshotIdentifier(named, owner) });
  if (!found) throw dbSnapshotNotFound(named);
  return found;
}
