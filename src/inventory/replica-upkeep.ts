import { isGoneOrBusy } from '../model/gone.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import type { Call } from './calls.ts';
import { hasFailedLately } from './failed-lately.ts';
import type { Instances } from './instances.ts';
import type { Outbox } from './outbox.ts';

const PROMOTION = 'promoteReadReplica';

interface ReplicaUpkeepDeps {
  readonly instances: Pick<Instances, 'list' | 'change'>;
  readonly outbox: Pick<Outbox, 'findLatest' | 'findRoomToBegin'>;
}

/** Promotes read replicas whose source was deleted, as RDS does. What is due follows from the rows of instances alone. */
export function createReplicaUpkeep({ instances, outbox }: ReplicaUpkeepDeps) {
  return {
    /**
     * Begins as many promotions as there is room for.
     * @returns the identifiers of the instances that are promoted
     */
    async begin(call: Pick<Call, 'requestId'>): Promise<string[]> {
      const all = await instances.list();
      const known = new Set(all.map(({ dbiResourceId }) => dbiResourceId));
      const orphans = all.filter(({ replicaOf }) => replicaOf && !known.has(replicaOf.dbiResourceId));
      if (orphans.length === 0) return [];
      const latest = await outbox.findLatest(orphans.map(({ dbiResourceId }) => dbiResourceId));
      const room = await outbox.findRoomToBegin();
      const begun: string[] = [];
      for (const { dbiResourceId, identifier } of orphans) {
        if (begun.length >= room) break;
        if (hasFailedLately(latest.get(dbiResourceId), PROMOTION)) continue;
        try {
          const { change } = await instances.change({ dbiResourceId }, call, ({ operationId, status }) =>
            operationId === null && rulesOf(PROMOTION).from.includes(status)
              ? { operation: { type: PROMOTION, input: {} } }
              : {},
          );
          if (change.operation) begun.push(identifier);
        } catch (error) {
          if (!isGoneOrBusy(error)) throw error;
        }
      }
      return begun;
    },
  };
}

export type ReplicaUpkeep = ReturnType<typeof createReplicaUpkeep>;
