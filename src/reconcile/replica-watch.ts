import { setTimeout as delay } from 'node:timers/promises';
import { hasFailedLately } from '../inventory/failed-lately.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { RECONCILER } from '../inventory/outbox.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { keptLogMiB, type ReplicationFault, slotOf } from '../model/db-instance/replication.ts';
import { event } from '../model/event.ts';
import { isGoneOrBusy } from '../model/gone.ts';
import { createLimit } from '../system/limit.ts';
import { isInService } from './compare.ts';
import { type Place, workInside } from './server-status.ts';

export interface ReplicaWatchDeps {
  readonly inventory: Pick<Inventory, 'instances' | 'outbox' | 'upkeep'>;
  readonly place: Place;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/** From the start of one round to the next. */
const ROUND_MS = 30_000;
/** Each so many rounds also instances without read replicas are asked for slots that such have left. */
const ROUNDS_TO_SWEEP_ALL = 20;
/** Machines that are asked at once. One that hangs takes 15 seconds. */
const AT_ONCE = 20;
const RESTART = 'rebootDbInstance';
const PROMOTION = 'promoteReadReplica';

type Own = typeof RESTART | typeof PROMOTION;

/**
 * Stores for each read replica whether it follows its source, and repairs what can be repaired: a slot or a role that is missing on
 * the source is made again, a replica with smaller settings than its source is restarted, and the end of a promotion that failed is
 * tried again. The log of a source that is lost for its replica cannot be repaired. Sources forget replicas that left.
 * @param sweepsAll also looks at instances without read replicas, of which the last one may have left while they were down
 */
export async function noteReplicas(
  { inventory: { instances, outbox, upkeep }, place, log }: ReplicaWatchDeps,
  signal?: AbortSignal,
  { sweepsAll = false } = {},
): Promise<void> {
  const all = await instances.list();
  const byId = new Map(all.map((instance) => [instance.dbiResourceId, instance]));
  const replicas = all.filter((each) => each.replicaOf && isInService(each));
  // Without backups an instance cannot have had a read replica.
  const hasHadReplicas = ({ readReplicas = [], backupRetentionPeriod = 0 }: Instance) =>
    readReplicas.length > 0 || (sweepsAll && backupRetentionPeriod > 0);
  const sources = all.filter(hasHadReplicas).filter(isInService);
  if (replicas.length + sources.length === 0) return;

  const beginOwn = async ({ dbiResourceId, identifier }: Instance, type: Own, why: string): Promise<void> => {
    const latest = await outbox.findLatest([dbiResourceId]);
    if (hasFailedLately(latest.get(dbiResourceId), type)) return;
    try {
      await instances.change({ dbiResourceId }, { requestId: RECONCILER }, (present) =>
        present.replicaOf && isInService(present)
          ? {
              operation: type === RESTART ? { type } : { type, input: {} },
              events: [event('CORNAC-EVENT-NOTE', why)],
            }
          : {},
      );
      log.info({ identifier, why }, 'an operation on a read replica begins');
    } catch (error) {
      if (!isGoneOrBusy(error)) throw error;
    }
  };

  /** Looks for the reason at the source, and repairs what it lacks. */
  const findAtSource = async (replica: Instance, source: Instance): Promise<ReplicationFault> => {
    const slots = await workInside(source, place, (machine, own) =>
      place.guest.listReplicas(machine, { signal: own }),
    );
    const slot = slots?.find(({ name }) => name === slotOf(replica));
    if (slot?.isLost) return 'lost';
    const entered = { id: replica.dbiResourceId, keepMiB: keptLogMiB(source) };
    if (slots) {
      await workInside(source, place, (machine, own) =>
        place.guest.addReplica(machine, entered, { signal: own }),
      );
    }
    return 'disconnected';
  };

  const noteReplica = async (replica: Instance): Promise<void> => {
    const { dbiResourceId, identifier, replicaOf } = replica;
    const source = replicaOf && byId.get(replicaOf.dbiResourceId);
    // One without a source is promoted, see `ReplicaUpkeep`.
    if (!source) return;
    const found = await workInside(replica, place, (machine, own) =>
      place.guest.findReplication(machine, { signal: own }),
    );
    if (!found) return;
    if (found.state === 'none') return beginOwn(replica, PROMOTION, 'its promotion goes on');
    const isFollowing = found.state === 'streaming' && !found.isPaused;
    const fault = isFollowing ? null : found.isPaused ? 'paused' : await findAtSource(replica, source);
    if (await upkeep.noteReplication(dbiResourceId, fault)) {
      if (fault) log.warn({ identifier, fault }, 'a read replica does not follow its source');
      else log.info({ identifier }, 'a read replica follows its source again');
    }
    if (fault === 'paused') await beginOwn(replica, RESTART, 'it restarts with the parameters of its source');
  };

  /** A source may have been down when a replica of it left. */
  const sweep = async (source: Instance): Promise<void> => {
    const slots = await workInside(source, place, (machine, own) =>
      place.guest.listReplicas(machine, { signal: own }),
    );
    if (!slots || slots.length <= (source.readReplicas?.length ?? 0)) return;
    // Read after the slots: the row of a replica is older than its slot.
    const present = (await instances.list()).filter(
      (each) => each.replicaOf?.dbiResourceId === source.dbiResourceId,
    );
    const known = new Set(present.map(slotOf));
    for (const { name } of slots.filter((slot) => !known.has(slot.name))) {
      if (signal?.aborted) return;
      const id = name.replace(/^cornac_db_/, '').toUpperCase();
      await workInside(source, place, (machine, own) =>
        place.guest.removeReplica(machine, `db-${id}`, { signal: own }),
      );
    }
  };

  const limit = createLimit(AT_ONCE);
  const unlessAborted = (work: () => Promise<void>) => limit(async () => signal?.aborted || work());
  await Promise.all([
    ...replicas.map((each) => unlessAborted(() => noteReplica(each))),
    ...sources.map((each) => unlessAborted(() => sweep(each))),
  ]);
}

/** Does so twice a minute, in one worker at a time. Runs until `signal` is aborted. Never throws. */
export async function watchReplicas(deps: ReplicaWatchDeps, signal: AbortSignal): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    const began = Date.now();
    // The inventory may be unreachable.
    await noteReplicas(deps, signal, { sweepsAll: round % ROUNDS_TO_SWEEP_ALL === 0 }).catch(() => {});
    const pause = Math.max(0, began + ROUND_MS - Date.now());
    await delay(pause, undefined, { signal }).catch(() => {});
  }
}
