import { log } from '@temporalio/activity';
import type { Instance } from '../model/db-instance/instance.ts';
import { keptLogMiB, slotOf } from '../model/db-instance/replication.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { placeOf } from '../providers/places.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall } from './operation-activity.ts';
import { retryWhileInventoryDown } from './retry-while-inventory-down.ts';

/** What a source does for a replica that runs, or is gone, must not hold that up. */
export const ASIDE_MS = 20_000;

export type Deps = Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>;

/** A source whose machine runs. */
export interface Reached {
  readonly source: Instance;
  readonly machine: RunningMachine;
}

export function createSources({ provider, guest, inventory }: Deps) {
  /** The source of a read replica, also while an operation holds it; undefined where it is gone, or never served. */
  const findRow = async ({ instance: { replicaOf }, progress }: HeldCall): Promise<Instance | undefined> => {
    if (!replicaOf) return undefined;
    const { dbiResourceId } = replicaOf;
    const source = await retryWhileInventoryDown(progress, () => inventory.instances.find({ dbiResourceId }));
    return source && source.address !== null ? source : undefined;
  };

  /** Undefined where the machine of the source does not run. */
  const reach = async (source: Instance): Promise<Reached | undefined> => {
    const found = await placeOf(provider, source).lookAtMachine(source.machine);
    return found?.reach && !found.paused ? { source, machine: found.reach } : undefined;
  };

  const find = async (call: HeldCall): Promise<Reached | undefined> => {
    const source = await findRow(call);
    return source && reach(source);
  };

  const add = ({ instance, progress }: HeldCall, { source, machine }: Reached, isNew: boolean) => {
    const replica = { id: instance.dbiResourceId, keepMiB: keptLogMiB(source), isNew };
    return guest.addReplica(machine, replica, progress);
  };

  const toReplication = ({ address, port }: Instance, instance: Instance) => ({
    ...{ host: address ?? '', port, replica: instance.dbiResourceId },
    slot: slotOf(instance),
  });
  return { findRow, reach, find, add, toReplication };
}

/**
 * Gives a read replica its source before its server starts. Neither a source that is away nor a full disk holds up a start, because
 * the replica serves without its source, has what an earlier start gave it, and connects when the source is back.
 */
export function createFollow(deps: Deps) {
  const { findRow, reach, add, toReplication } = createSources(deps);
  return async (call: HeldCall, machine: RunningMachine): Promise<void> => {
    const { instance, operation, progress } = call;
    if (!instance.replicaOf || rulesOf(operation.type).reaches === 'promoted') return;
    const source = await findRow(call);
    if (!source) return;
    const enter = async (signal: AbortSignal) => {
      const own = { ...call, progress: { ...progress, signal } };
      await deps.guest.followSource(machine, toReplication(source, instance), { signal });
      const reached = await reach(source);
      if (reached) await add(own, reached, false);
    };
    await within(ASIDE_MS, enter, progress.signal).catch((error: Error) => {
      progress.signal.throwIfAborted();
      log.warn('a read replica is not prepared for its source', { reason: error.message });
    });
  };
}
