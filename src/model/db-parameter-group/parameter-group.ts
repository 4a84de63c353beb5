import {
  compareVersions,
  defaultParameterGroup,
  majorOf,
  parameterGroupFamily,
} from '../engine/engine-version.ts';

/** A DB parameter group. */
export interface ParameterGroup {
  readonly name: string;
  /** `postgres15` */
  readonly family: string;
  readonly description: string;
}

/** The default groups: one for each major version on offer, from old to new. */
export function defaultParameterGroups(versions: readonly string[]): ParameterGroup[] {
  const oldFirst = [...versions].sort(compareVersions);
  const majors = new Map(oldFirst.map((version) => [majorOf(version), version]));
  return [...majors.values()].map((version) => {
    const family = parameterGroupFamily(version);
    return {
      name: defaultParameterGroup(version),
      family,
      description: `Default parameter group for ${family}`,
    };
  });
}
