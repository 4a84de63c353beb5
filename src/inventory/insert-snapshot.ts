import { accountQuotas } from '../model/account/quotas.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { type NewSnapshot, snapshotOf, snapshotResource } from '../model/db-snapshot/snapshot.ts';
import { dbSnapshotAlreadyExists, snapshotQuotaExceeded } from '../model/errors.ts';
import { event } from '../model/event.ts';
import type { Transaction } from './database/client.ts';
import { isUniqueViolation } from './database/rows.ts';
import type { Sealer } from './database/sealer.ts';
import { toSnapshotRow } from './database/snapshot-rows.ts';
import { recordEvents } from './events.ts';
import { ensureLineage } from './lineages.ts';

/** Manual snapshots of one account. */
export const SNAPSHOT_QUOTA = accountQuotas.ManualSnapshots;

/**
 * Writes a snapshot that the instance's operation holds.
 * @throws dbSnapshotAlreadyExists, snapshotQuotaExceeded
 */
export async function insertSnapshot(
  tx: Transaction,
  sealer: Sealer,
  instance: Instance,
  wanted: NewSnapshot,
): Promise<void> {
  const present = await tx.snapshot.findUnique({ where: { identifier: wanted.identifier } });
  if (present) throw dbSnapshotAlreadyExists(wanted.identifier);
  if (
    wanted.type === 'manual' &&
    (await tx.snapshot.count({ where: { type: 'manual' } })) >= SNAPSHOT_QUOTA
  ) {
    throw snapshotQuotaExceeded(SNAPSHOT_QUOTA);
  }
  const lineageId = await ensureLineage(tx, sealer, instance.dbiResourceId);
  const snapshot = { ...snapshotOf(instance, wanted), lineageId, createdAt: new Date() };
  await tx.snapshot.create({ data: toSnapshotRow(snapshot) }).catch((error) => {
    throw isUniqueViolation(error) ? dbSnapshotAlreadyExists(wanted.identifier) : error;
  });
  await recordEvents(tx, snapshotResource(snapshot), [
    event(wanted.type === 'automated' ? 'RDS-EVENT-0090' : 'RDS-EVENT-0040'),
  ]);
}
