import { REFUSED } from '../guest/exit-status.ts';
import type { Started } from '../guest/guest.ts';
import { INVENTORY_IDENTIFIER } from '../model/db-instance/inventory-instance.ts';
import {
  type AppliedParameters,
  type GroupValues,
  isSame,
  NOTHING_APPLIED,
  presentParameters,
} from '../model/db-parameter-group/applied-parameters.ts';
import { serverSettings } from '../model/db-parameter-group/server-settings.ts';
import type { ParameterValues } from '../model/db-parameter-group/set-parameters.ts';
import type { ClassChoice, PlannedInstance } from '../model/operation/operation.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { SshError } from '../ssh/error.ts';
import { getInstanceClass } from './instance-class.ts';
import { classOf } from './machine.ts';
import type { HeldCall } from './operation-activity.ts';

/** The part of an instance from which its server's settings follow. */
type Planned = Pick<
  PlannedInstance,
  'identifier' | 'dbInstanceClass' | 'engineVersion' | 'allocatedStorage' | 'port'
>;

/** The settings that Cornac sets on every instance. They override the guest's own configuration. */
export function settingsFor(planned: Planned, values: ParameterValues = {}): Record<string, string> {
  const { identifier, dbInstanceClass, engineVersion, allocatedStorage, port } = planned;
  const instanceClass = getInstanceClass(dbInstanceClass);
  return serverSettings(identifier, { engineVersion, instanceClass, allocatedStorage, port, values });
}

export function settingsOf(
  call: HeldCall,
  choice: ClassChoice,
  values: ParameterValues,
): Record<string, string> {
  return settingsFor({ ...call.instance, dbInstanceClass: classOf(call, choice) }, values);
}

/** What the instance's server has, or a new server gets where PostgreSQL refuses the values of its group. */
export function previousParameters({ instance, operation }: HeldCall): GroupValues {
  const { group, values } = instance.appliedParameters ?? NOTHING_APPLIED;
  return rulesOf(operation.type).makes ? { group, values: {} } : { group, values };
}

/** Whether PostgreSQL refused its settings, or ended while it started with them. */
export function mayBeSettings(error: unknown): boolean {
  return (
    error instanceof SshError &&
    error.code === 'CommandFailed' &&
    (error.exitCode === REFUSED || /PostgreSQL ended while it started/.test(error.stderr))
  );
}

/** A server that was started. */
interface StartedWith {
  readonly started: Started;
  /** The values that it has, where they are not those that it was given. */
  readonly got?: GroupValues;
}

/**
 * Starts a server with the values of its group. Where PostgreSQL does not start with them, it starts with the previous
 * ones, because a value of a user must not leave a server down. What the server got is recorded.
 * @param start `isAnother`: after a start with other settings, in the same attempt of the step
 */
export async function startWithParameters(
  call: HeldCall,
  choice: ClassChoice,
  start: (settings: Record<string, string>, isAnother: boolean) => Promise<StartedWith>,
): Promise<Started> {
  const present = presentParameters(call.instance);
  const previous = previousParameters(call);
  const record = (parameters: AppliedParameters | null) => call.record({ parameters });
  const startWith = (values: ParameterValues, isAnother = false) =>
    start(settingsOf(call, choice, values), isAnother);
  const isInventory = call.instance.identifier === INVENTORY_IDENTIFIER;

  let refusal: unknown;
  const known = call.operation.facts.parameters?.refused;
  if (!known || !isSame(known, present)) {
    try {
      const { started, got = present } = await startWith(present.values);
      await record(got);
      return started;
    } catch (error) {
      if (isInventory || isSame(present, previous) || !mayBeSettings(error)) throw error;
      refusal = error;
      // Before the start, because the next attempt has to know with which values the server recovers.
      await record({ ...previous, refused: present });
    }
  }
  try {
    return (await startWith(previous.values, refusal !== undefined)).started;
  } catch (error) {
    if (!mayBeSettings(error)) throw error;
    // The previous values do not help, so the reason is another one.
    await record(null);
    throw refusal ?? error;
  }
}
