import { catalogueOf } from './catalogue.ts';
import { type ParameterValues, revisionOf, type SetParameters, valuesOf } from './set-parameters.ts';

/** A group with the values that users have set in it. */
export interface GroupValues {
  /** Null: a default group. */
  readonly group: string | null;
  readonly values: ParameterValues;
}

/** What a server got of its parameter group last. */
export interface AppliedParameters extends GroupValues {
  /** The values that PostgreSQL refused after that. */
  readonly refused?: GroupValues;
}

/** A server that has the values of its default group. */
export const NOTHING_APPLIED: AppliedParameters = { group: null, values: {} };

/** The group that users have chosen for an instance. */
export interface ChosenGroup {
  readonly name: string;
  readonly parameters: SetParameters;
  /** The revision that the group had when it was chosen; absent: the first. */
  readonly chosenAt?: number;
}

/** The group, as an instance chooses it now. */
export function choose({ name, parameters }: Pick<ChosenGroup, 'name' | 'parameters'>): ChosenGroup {
  return { name, parameters, chosenAt: revisionOf(parameters) };
}

/** The part of an instance on which the state of its parameters depends. */
export interface Parametered {
  readonly engineVersion: string;
  /** Null or absent for the default group. */
  readonly parameterGroup?: ChosenGroup | null;
  readonly appliedParameters?: AppliedParameters;
}

/** ParameterApplyStatus */
export type ParameterStatus = 'in-sync' | 'applying' | 'pending-reboot';

/** What the instance's server gets when it restarts. */
export function presentParameters({ parameterGroup }: Pick<Parametered, 'parameterGroup'>): GroupValues {
  if (!parameterGroup) return { group: null, values: {} };
  return { group: parameterGroup.name, values: valuesOf(parameterGroup.parameters) };
}

/** Names of the parameters with different values, in alphabetical order. */
export function differingNames(one: GroupValues, other: GroupValues): string[] {
  const names = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return [...names].filter((name) => one.values[name] !== other.values[name]).sort();
}

export function isSame(one: GroupValues, other: GroupValues): boolean {
  return one.group === other.group && differingNames(one, other).length === 0;
}

/** Names of parameters whose present value differs from the applied one, by the time when it reaches a server. */
function findDifferences({
  engineVersion,
  parameterGroup,
  appliedParameters = NOTHING_APPLIED,
}: Parametered) {
  const catalogue = catalogueOf(engineVersion);
  const present = presentParameters({ parameterGroup: parameterGroup ?? null });
  const differing = differingNames(present, appliedParameters);
  const isOther = present.group !== appliedParameters.group;
  const now = differing.filter((name) => {
    const { applyMethod, revision = 0 } = parameterGroup?.parameters[name] ?? {};
    if (isOther && revision <= (parameterGroup?.chosenAt ?? 0)) return false;
    return catalogue.get(name)?.isStatic === false && applyMethod !== 'pending-reboot';
  });
  return { now, later: differing.filter((name) => !now.includes(name)) };
}

/**
 * Another group waits for a restart, with all of its values but those that are set in it after it was chosen: UG
 * USER_WorkingWithParamGroups.Associating. A dynamic parameter that is set in the group of the instance reaches the
 * server at once, unless it was set with `pending-reboot`.
 */
export function parameterStatus(instance: Parametered): ParameterStatus {
  const { appliedParameters = NOTHING_APPLIED } = instance;
  const { now, later } = findDifferences(instance);
  if (now.length > 0) return 'applying';
  if (presentParameters(instance).group !== appliedParameters.group) return 'pending-reboot';
  return later.length > 0 ? 'pending-reboot' : 'in-sync';
}

/** What the instance's server has once everything that needs no restart has reached it. */
export function liveParameters(instance: Parametered): GroupValues {
  const { appliedParameters: { group, values } = NOTHING_APPLIED } = instance;
  const present = presentParameters(instance);
  const live = new Map(Object.entries(values));
  for (const name of findDifferences(instance).now) {
    const value = present.values[name];
    if (value === undefined) live.delete(name);
    else live.set(name, value);
  }
  return { group, values: Object.fromEntries(live) };
}

/**
 * Whether an operation has to bring parameters to the instance's running server: some wait for that, or PostgreSQL
 * has refused others than the present ones.
 */
export function needsParameters(instance: Parametered): boolean {
  const refused = instance.appliedParameters?.refused;
  if (refused && isSame(refused, presentParameters(instance))) return false;
  return refused !== undefined || parameterStatus(instance) === 'applying';
}
