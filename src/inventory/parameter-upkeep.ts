import type { Instance } from '../model/db-instance/instance.ts';
import { needsParameters } from '../model/db-parameter-group/applied-parameters.ts';
import { isGoneOrBusy } from '../model/gone.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import type { Call } from './calls.ts';
import { hasFailedLately } from './failed-lately.ts';
import type { Instances } from './instances.ts';
import { type Outbox, RECONCILER } from './outbox.ts';

const OPERATION = 'applyDbParameters';

function mayBegin(instance: Instance): boolean {
  const { operationId, status } = instance;
  return operationId === null && rulesOf(OPERATION).from.includes(status) && needsParameters(instance);
}

/**
 * Begins the operations that bring changed parameters to running servers. What is to be done follows from the rows of
 * groups and instances alone, so that a change is never lost: what one call leaves, the next one begins.
 */
export function createParameterUpkeep({
  instances,
  outbox,
}: {
  readonly instances: Pick<Instances, 'list' | 'change'>;
  readonly outbox: Pick<Outbox, 'findLatest' | 'findRoomToBegin'>;
}) {
  const withoutFailed = async (waiting: readonly Instance[]): Promise<readonly Instance[]> => {
    const latest = await outbox.findLatest(waiting.map(({ dbiResourceId }) => dbiResourceId));
    return waiting.filter(({ dbiResourceId }) => !hasFailedLately(latest.get(dbiResourceId), OPERATION));
  };

  return {
    /**
     * Begins as many operations as there is room for.
     * @param group only for the instances of this group
     * @returns the identifiers of the instances
     */
    async begin({ requestId }: Pick<Call, 'requestId'>, group?: string): Promise<string[]> {
      const all = (await instances.list()).filter(mayBegin);
      const waiting = all.filter(
        ({ parameterGroup }) => group === undefined || parameterGroup?.name === group,
      );
      if (waiting.length === 0) return [];
      // A user has changed the group, so that a failure before that says nothing.
      const due = requestId === RECONCILER ? await withoutFailed(waiting) : waiting;
      const room = await outbox.findRoomToBegin();
      const begun: string[] = [];
      for (const { dbiResourceId, identifier } of due) {
        if (begun.length >= room) break;
        try {
          const { change } = await instances.change({ dbiResourceId }, { requestId }, (instance) =>
            mayBegin(instance) ? { operation: { type: OPERATION, status: instance.status } } : {},
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

export type ParameterUpkeep = ReturnType<typeof createParameterUpkeep>;
