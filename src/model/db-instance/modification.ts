import { invalidParameterCombination } from '../errors.ts';
import { type EventText, event } from '../event.ts';
import type { Modification } from '../operation/input.ts';
import type { Instance, Pending } from './instance.ts';

/** What ModifyDBInstance is asked to do on the machine. */
export interface ModificationRequest extends Pending {
  readonly masterPassword: boolean;
  readonly applyImmediately: boolean;
}

/** What happens now, and what waits for the maintenance window. */
export interface ModificationPlan {
  /** Undefined when the machine is left alone. */
  readonly modification: Modification | undefined;
  readonly pending: Pending;
}

/**
 * Sorts a request into now and later, as in UG Overview.DBInstance.Modifying: storage and class wait unless
 * `applyImmediately`, which takes along what waits already; a password never waits. Asking for what the instance has
 * takes back what was pending.
 * @throws invalidParameterCombination when storage would shrink
 */
export function planModification(
  instance: Pick<Instance, 'allocatedStorage' | 'dbInstanceClass' | 'pending'>,
  { masterPassword, applyImmediately, ...asked }: ModificationRequest,
): ModificationPlan {
  const { allocatedStorage = instance.allocatedStorage, dbInstanceClass = instance.dbInstanceClass } = {
    ...instance.pending,
    ...asked,
  };
  if (allocatedStorage < instance.allocatedStorage) {
    throw invalidParameterCombination(
      `Allocated storage cannot shrink: it is ${instance.allocatedStorage} GiB, ${allocatedStorage} GiB were requested.`,
    );
  }

  const differing: Pending = {
    ...(allocatedStorage !== instance.allocatedStorage && { allocatedStorage }),
    ...(dbInstanceClass !== instance.dbInstanceClass && { dbInstanceClass }),
  };
  const now: Modification = {
    ...(applyImmediately && differing),
    ...(masterPassword && { masterPassword }),
  };
  return {
    modification: Object.keys(now).length > 0 ? now : undefined,
    pending: applyImmediately ? {} : differing,
  };
}

/** What is told when a modification begins, at once or in the maintenance window. */
export function beginningEvents({ allocatedStorage, dbInstanceClass }: Modification): EventText[] {
  return [
    ...(allocatedStorage === undefined ? [] : [event('RDS-EVENT-0018')]),
    ...(dbInstanceClass === undefined ? [] : [event('RDS-EVENT-0012')]),
  ];
}
