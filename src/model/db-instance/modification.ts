import { invalidParameterCombination } from '../errors.ts';
import { type EventText, event } from '../event.ts';
import type { Modification } from '../operation/input.ts';
import type { Instance, Pending } from './instance.ts';

/** What a ModifyDBInstance request changes on the machine. */
export interface ModificationRequest extends Pending {
  readonly masterPassword: boolean;
  readonly applyImmediately: boolean;
}

/** The changes that begin now, and the changes that wait for the maintenance window. */
export interface ModificationPlan {
  /** Undefined when nothing changes by an operation. */
  readonly modification: Modification | undefined;
  /** The authority that changes now. The server changes its certificate while it runs, without an operation. */
  readonly caCertificateIdentifier?: string;
  readonly pending: Pending;
}

/**
 * Splits a request into changes for now and for later, as in UG Overview.DBInstance.Modifying. Storage and
 * class wait for the window unless `applyImmediately`, which also applies what waits already. A password
 * never waits. A request for the present value takes a pending change back.
 * @throws invalidParameterCombination when storage would shrink
 */
export function planModification(
  instance: Pick<Instance, 'allocatedStorage' | 'dbInstanceClass' | 'caCertificateIdentifier' | 'pending'>,
  { masterPassword, applyImmediately, ...asked }: ModificationRequest,
): ModificationPlan {
  const {
    allocatedStorage = instance.allocatedStorage,
    dbInstanceClass = instance.dbInstanceClass,
    caCertificateIdentifier = instance.caCertificateIdentifier,
  } = { ...instance.pending, ...asked };
  if (allocatedStorage < instance.allocatedStorage) {
    throw invalidParameterCombination(
      `Allocated storage cannot shrink: it is ${instance.allocatedStorage} GiB, ${allocatedStorage} GiB were requested.`,
    );
  }

  const authority = {
    ...(caCertificateIdentifier !== instance.caCertificateIdentifier && { caCertificateIdentifier }),
  };
  const differing: Modification = {
    ...(allocatedStorage !== instance.allocatedStorage && { allocatedStorage }),
    ...(dbInstanceClass !== instance.dbInstanceClass && { dbInstanceClass }),
  };
  const now: Modification = {
    ...(applyImmediately && differing),
    ...(masterPassword && { masterPassword }),
  };
  return {
    modification: Object.keys(now).length > 0 ? now : undefined,
    pending: applyImmediately ? {} : { ...differing, ...authority },
    ...(applyImmediately && authority),
  };
}

/** The events when a modification begins, at once or in the maintenance window. */
export function beginningEvents({ allocatedStorage, dbInstanceClass }: Modification): EventText[] {
  return [
    ...(allocatedStorage === undefined ? [] : [event('RDS-EVENT-0018')]),
    ...(dbInstanceClass === undefined ? [] : [event('RDS-EVENT-0012')]),
  ];
}
