import { setTimeout as delay } from 'node:timers/promises';
import { Context, log } from '@temporalio/activity';
import type { Instance } from '../model/db-instance/instance.ts';
import { keptLogMiB, slotOf } from '../model/db-instance/replication.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { placeOf } from '../providers/places.ts';
import type { RunningMachine } from '../providers/provider.ts';
import { within } from '../system/deadline.ts';
import { finalFailure } from './activity-failure.ts';
import type { ActivityDeps } from './deps.ts';
import type { HeldCall } from './operation-activity.ts';
import { reachMachine } from './reach.ts';
import { retryWhileInventoryDown } from './retry-while-inventory-down.ts';

/** A source may be restarted while it is copied, and no longer. */
const SOURCE_MS = 5 * 60_000;
/** A new read replica connects within a second, or again every half second. */
const STREAMING_MS = 5 * 60_000;
const LOOK_MS = 500;
/** What a source does for a replica that runs, or is gone, must not hold that up. */
const ASIDE_MS = 20_000;

type Deps = Pick<ActivityDeps, 'provider' | 'guest' | 'inventory'>;

/** A source whose machine runs. */
interface Reached {
  readonly source: Instance;
  readonly machine: RunningMachine;
}

function createSources({ provider, guest, inventory }: Deps) {
  /** The source of a read replica, also while an operation holds it; undefined where it, or its machine, does not run. */
  const find = async ({ instance, progress }: HeldCall): Promise<Reached | undefined> => {
    const { replicaOf } = instance;
    if (!replicaOf) return undefined;
    const { dbiResourceId } = replicaOf;
    const source = await retryWhileInventoryDown(progress, () => inventory.instances.find({ dbiResourceId }));
    if (!source || source.address === null) return undefined;
    const found = await placeOf(provider, source).lookAtMachine(source.machine);
    return found?.reach && !found.paused ? { source, machine: found.reach } : undefined;
  };

  const add = ({ instance, progress }: HeldCall, { source, machine }: Reached, isNew: boolean) => {
    const replica = { id: instance.dbiResourceId, keepMiB: keptLogMiB(source), isNew };
    return guest.addReplica(machine, replica, progress);
  };

  const toReplication = ({ address, port }: Instance, instance: Instance) => ({
    ...{ host: address ?? '', port, replica: instance.dbiResourceId },
    slot: slotOf(instance),
  });
  return { find, add, toReplication };
}

/**
 * Gives a read replica its source before its server starts. Neither a source that is away nor a full disk holds up a start, because
 * the replica serves without its source, has what an earlier start gave it, and connects when the source is back.
 */
export function createFollow(deps: Deps) {
  const { find, add, toReplication } = createSources(deps);
  return async (call: HeldCall, machine: RunningMachine): Promise<void> => {
    const { instance, operation, progress } = call;
    const { replicaOf } = instance;
    if (!replicaOf || rulesOf(operation.type).reaches === 'promoted') return;
    const { dbiResourceId } = replicaOf;
    const source = await retryWhileInventoryDown(progress, () =>
      deps.inventory.instances.find({ dbiResourceId }),
    );
    if (!source || source.address === null) return;
    const enter = async (signal: AbortSignal) => {
      const own = { ...call, progress: { ...progress, signal } };
      await deps.guest.followSource(machine, toReplication(source, instance), { signal });
      const reached = await find(own);
      if (reached) await add(own, reached, false);
    };
    await within(ASIDE_MS, enter, progress.signal).catch((error: Error) => {
      progress.signal.throwIfAborted();
      log.warn('a read replica is not prepared for its source', { reason: error.message });
    });
  };
}

/** The work of read replicas. */
export function createReplicaWork(deps: Deps) {
  const { provider, guest } = deps;
  const { find, add, toReplication } = createSources(deps);

  const reach = ({ instance, progress }: HeldCall) =>
    reachMachine(placeOf(provider, instance), instance.machine, progress);

  /** @throws finalFailure SourceAway where it does not run for some minutes */
  const awaitSource = async (call: HeldCall): Promise<Reached> => {
    const { progress } = call;
    const deadline = Date.now() + SOURCE_MS;
    for (;;) {
      const reached = await find(call);
      const status = reached && (await guest.postgresStatus(reached.machine, progress));
      if (reached && status === 'running') return reached;
      if (Date.now() >= deadline)
        throw finalFailure('SourceAway', 'the source of the read replica does not run');
      progress.report('waiting for the source');
      await delay(LOOK_MS, undefined, { signal: progress.signal });
    }
  };

  return {
    copySource: async (call: HeldCall): Promise<void> => {
      const { instance, progress } = call;
      const reached = await awaitSource(call);
      await add(call, reached, true);
      const machine = await reach(call);
      await guest.prepareDisk(machine, progress);
      const { engineVersion: version } = instance;
      await guest.copySource(machine, { ...toReplication(reached.source, instance), version }, progress);
    },

    awaitReplication: async (call: HeldCall): Promise<void> => {
      const { progress } = call;
      const machine = await reach(call);
      const deadline = Date.now() + STREAMING_MS;
      for (;;) {
        const { state } = await guest.findReplication(machine, progress);
        if (state === 'streaming') return call.record({ streaming: true });
        if (Date.now() >= deadline) {
          throw finalFailure('NotReplicating', `${machine.name} does not receive the log of its source`);
        }
        progress.report('waiting for the log of the source');
        await delay(LOOK_MS, undefined, { signal: progress.signal });
      }
    },

    promote: async (call: HeldCall): Promise<void> => {
      const machine = await reach(call);
      // The server may have ended since, or while it was promoted with smaller settings than those of its source.
      if (Context.current().info.attempt > 1) await guest.startPostgres(machine, call.progress);
      await guest.promote(machine, call.progress);
      await call.record({ promoted: true });
    },

    /** The source forgets a read replica that is gone, or promoted. Where it cannot now, the watch of replicas does so within minutes. */
    leaveSource: async (call: HeldCall): Promise<void> => {
      const { instance, progress } = call;
      if (!instance.replicaOf) return;
      const leave = async (signal: AbortSignal) => {
        const own = { ...call, progress: { ...progress, signal } };
        const reached = await find(own);
        if (reached) await guest.removeReplica(reached.machine, instance.dbiResourceId, { signal });
      };
      await within(ASIDE_MS, leave, progress.signal).catch((error: Error) => {
        progress.signal.throwIfAborted();
        log.warn('a source keeps the slot of a read replica that left', { reason: error.message });
      });
    },
  };
}
