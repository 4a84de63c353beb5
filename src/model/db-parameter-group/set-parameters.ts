/** When a change of a parameter reaches the servers: at once, or at their next restart. */
export type ApplyMethod = 'immediate' | 'pending-reboot';

/** A parameter as a user set it last. */
export interface SetParameter {
  /** As sent, formulas included. Null: the user has put the parameter back to its default. */
  readonly value: string | null;
  /** As sent last: Terraform compares it with its configuration. */
  readonly applyMethod: ApplyMethod;
  /** The revision of the group in which a call named the parameter last. Absent for one of an earlier version. */
  readonly revision?: number;
}

/** The parameters that users have set in a group, by name. */
export type SetParameters = Readonly<Record<string, SetParameter>>;

/** The revision of a group: each call that names parameters makes the next one. */
export function revisionOf(parameters: SetParameters): number {
  return Math.max(0, ...Object.values(parameters).map(({ revision = 0 }) => revision));
}

/** Values by name, formulas not yet calculated. */
export type ParameterValues = Readonly<Record<string, string>>;

/** The values that users have set in a group. */
export function valuesOf(parameters: SetParameters): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])),
  );
}
