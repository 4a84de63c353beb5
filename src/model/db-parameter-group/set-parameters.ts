/** When a change of a parameter reaches the servers: at once, or at their next restart. */
export type ApplyMethod = 'immediate' | 'pending-reboot';

/** A parameter as a user set it last. */
export interface SetParameter {
  /** As sent, formulas included. Null: the user has put the parameter back to its default. */
  readonly value: string | null;
  /** As sent last: Terraform compares it with its configuration. */
  readonly applyMethod: ApplyMethod;
}

/** The parameters that users have set in a group, by name. */
export type SetParameters = Readonly<Record<string, SetParameter>>;

/** Values by name, formulas not yet calculated. */
export type ParameterValues = Readonly<Record<string, string>>;

/** The values that users have set in a group. */
export function valuesOf(parameters: SetParameters): ParameterValues {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])),
  );
}
