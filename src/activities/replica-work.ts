import { setTimeout as delay } from 'node:timers/promises';
import { Context, log } from '@temporalio/activity';
import { placeOf } from '../providers/places.ts';
import { within } from '../system/deadline.ts';
import { finalFailure } from './activity-failure.ts';
import { createGuestWork } from './guest-work.ts';
import type { HeldCall } from './operation-activity.ts';
import { reachMachine } from './reach.ts';
import { ASIDE_MS, createSources, type Deps, type Reached } from './replica-source.ts';

/** A source may be restarted while it is copied, and no longer. */
const SOURCE_MS = 5 * 60_000;
/** A new read replica connects within a second, or again every half second. */
const STREAMING_MS = 5 * 60_000;
const LOOK_MS = 500;

/** The work of read replicas. */
export function createReplicaWork(deps: Deps) {
  const { provider, guest } = deps;
  const { find, add, toReplication } = createSources(deps);
  const server = createGuestWork(deps);

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
      // A server with smaller settings than those of its source ends when it is promoted. Both give it those of its source.
      if (Context.current().info.attempt > 1) await server.startPostgres(call);
      else if ((await guest.findReplication(machine, call.progress)).isPaused) {
        await server.restartPostgres(call, 'present');
      }
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
