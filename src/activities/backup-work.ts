import { log } from '@temporalio/activity';
import { REFUSED } from '../guest/exit-status.ts';
import type { Lineage } from '../inventory/lineages.ts';
import type { Snapshot } from '../model/db-snapshot/snapshot.ts';
import { damagedSnapshot } from '../model/errors.ts';
import { pointInTimeOf, restoredSnapshotOf } from '../model/operation/input.ts';
import { placeOf } from '../providers/places.ts';
import type { MachineBackups, Provider, Stanza } from '../providers/provider.ts';
import { SshError } from '../ssh/error.ts';
import { finalFailure } from './activity-failure.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall, SnapshotCall } from './operation-activity.ts';
import { reachMachine } from './reach.ts';

/** Ends a step whose snapshot, or what belongs to it, is not in the inventory. */
function missing(message: string): never {
  throw finalFailure('NoSnapshot', message);
}

/** The snapshot that the operation makes. */
function made({ snapshot }: Pick<HeldCall, 'snapshot'>): Snapshot {
  return snapshot ?? missing('the operation holds no snapshot');
}

function requireBackups({ backups }: Provider): MachineBackups {
  if (backups) return backups;
  throw finalFailure('NoRepository', 'the machines of this provider have no repository of backups');
}

const PERCENT = /(\d{1,3}) percent$/;

/** The work in the repository of backups. */
export function createBackupWork({
  provider,
  guest,
  inventory,
}: Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>) {
  const findLineage = async ({ lineageId }: Snapshot): Promise<Lineage> =>
    (await inventory.lineages.find(lineageId)) ?? missing('the snapshot has no lineage');

  const stanzaOf = async (snapshot: Snapshot): Promise<Stanza> => {
    const { dbiResourceId: owner, ...stanza } = await findLineage(snapshot);
    return { owner, ...stanza };
  };

  const prepareRepository = async (call: HeldCall): Promise<void> => {
    const { instance, progress } = call;
    const { owner, id: stanza, key } = await stanzaOf(made(call));
    const directory = requireBackups(provider).directoryOf(owner);
    const machine = await reachMachine(placeOf(provider, instance), instance.machine, progress);
    await guest.setRepository(machine, { directory, stanza, key }, progress);
  };

  /** Stores how far the backup is. It goes on where that cannot be written. */
  const notePercent = async ({ ref }: HeldCall, snapshot: Snapshot, percentProgress: number) => {
    if (percentProgress <= snapshot.percentProgress) return;
    await inventory.operations.note(ref, { snapshot: { patch: { percentProgress } } }).catch(() => {});
  };

  return {
    prepareRepository,

    takeBackup: async (call: HeldCall): Promise<void> => {
      const { instance, progress } = call;
      const snapshot = made(call);
      const machine = await reachMachine(placeOf(provider, instance), instance.machine, progress);
      // What is committed by now can be restored as soon as the backup has ended, because that archives the log.
      await guest.findArchive(machine, progress).catch(() => {});
      let noted: Promise<void> = Promise.resolve();
      const report = (message: string) => {
        progress.report(message);
        const percent = Number(PERCENT.exec(message)?.[1] ?? 0);
        // Only a backup that can be read is complete.
        noted = noted.then(() => notePercent(call, snapshot, Math.min(percent, 99)));
      };
      const { stoppedAt } = await guest.takeBackup(machine, snapshot.id, { ...progress, report });
      await noted;
      await call.record({ backup: { snapshot: snapshot.id, stoppedAt: stoppedAt.toISOString() } });
    },

    /** Restores the backup of a snapshot as the cluster of a new instance. The instance of the snapshot may be gone. */
    restoreCluster: async ({ instance, operation, progress }: HeldCall): Promise<void> => {
      const { id } = restoredSnapshotOf(operation) ?? missing('the operation restores no snapshot');
      const snapshot = await inventory.snapshots.find({ id });
      if (!snapshot) missing(`the snapshot ${id} does not exist`);
      const machine = await reachMachine(placeOf(provider, instance), instance.machine, progress);
      await guest.prepareDisk(machine, progress);
      const { engineVersion, dbiResourceId: owner } = instance;
      const { time } = pointInTimeOf(operation) ?? {};
      const backup = {
        ...{ stanza: await stanzaOf(snapshot), snapshot: id, engineVersion },
        ...(time !== undefined && { time: new Date(time) }),
      };
      const owned = { name: machine.name, owner };
      const { status, said } = await requireBackups(provider).restore(owned, backup, progress);
      if (status === 0) return;
      log.error('a backup was not restored', {
        snapshot: snapshot.identifier,
        machine: machine.name,
        status,
        said,
      });
      if (status === REFUSED) throw damagedSnapshot(snapshot.identifier);
      const message = `${machine.name}: the restore of a backup ended with status ${status}`;
      throw new SshError('CommandFailed', message, { exitCode: status, stderr: said });
    },

    /** Removes the snapshot's backup, and all that the repository has of an instance that left nothing else. */
    removeBackup: async ({ snapshot, progress, record }: SnapshotCall): Promise<void> => {
      const backups = requireBackups(provider);
      const { dbiResourceId } = snapshot.instance;
      const others = (await inventory.snapshots.list({ dbiResourceIds: new Set([dbiResourceId]) })).filter(
        ({ id }) => id !== snapshot.id,
      );
      const instance = await inventory.instances.find({ dbiResourceId });
      if (others.length === 0 && !instance) {
        await backups.discard(dbiResourceId, progress);
      } else {
        const idsOf = (wanted: Snapshot['type']) =>
          others.filter(({ type }) => type === wanted).map(({ id }) => id);
        const kept = { manual: idsOf('manual'), automated: idsOf('automated') };
        await backups.keepOnly(await stanzaOf(snapshot), kept, progress);
      }
      await record({ destroyed: true });
    },

    /** Removes all that the repository has of an instance that is deleted, unless a snapshot is left. */
    discardUnused: async ({ instance: { dbiResourceId }, progress }: HeldCall): Promise<void> => {
      const left = await inventory.snapshots.list({ dbiResourceIds: new Set([dbiResourceId]) });
      if (left.length === 0) await provider.backups?.discard(dbiResourceId, progress);
    },
  };
}
