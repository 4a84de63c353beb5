import {
  compareVersions,
  defaultParameterGroup,
  majorOf,
  parameterGroupFamily,
} from '../engine/engine-version.ts';
import {
  invalidDBParameterGroupState,
  invalidParameterCombination,
  invalidParameterValue,
} from '../errors.ts';
import type { Tag } from '../tags.ts';
import type { SetParameters } from './set-parameters.ts';

/** A DB parameter group. */
export interface ParameterGroup {
  readonly name: string;
  /** `postgres15` */
  readonly family: string;
  readonly description: string;
  /** What users have set in it. A default group has no parameters of users. */
  readonly parameters: SetParameters;
  readonly tags: readonly Tag[];
}

/** Every family that RDS offers for a version that is still supported, and its next one: a group can be made before the origin has the version. */
export const families: readonly string[] = [13, 14, 15, 16, 17, 18].map((major) => `postgres${major}`);

/** The major version of a family: `15` of `postgres15`. */
export function majorOfFamily(family: string): string {
  return family.replace(/^postgres/, '');
}

/** Whether the name is that of a default group. Users cannot make a group with a dot in its name. */
export function isDefaultGroup(name: string): boolean {
  return name.startsWith('default.');
}

/** The groups of instances for which none is named: one for each major of the versions, from old to new. */
export function defaultParameterGroups(versions: readonly string[]): ParameterGroup[] {
  const oldFirst = [...versions].sort(compareVersions);
  const majors = new Map(oldFirst.map((version) => [majorOf(version), version]));
  return [...majors.values()].map((version) => {
    const family = parameterGroupFamily(version);
    return {
      name: defaultParameterGroup(version),
      family,
      description: `Default parameter group for ${family}`,
      parameters: {},
      tags: [],
    };
  });
}

const MAX_NAME_LENGTH = 255;

/**
 * The name of a new group, in lower case: 1-255 letters, digits and hyphens, the first one a letter
 * (API_CreateDBParameterGroup).
 * @param member the member of the request, for the message
 * @throws invalidParameterValue
 */
export function readGroupName(member: string, text: string): string {
  if (text.length <= MAX_NAME_LENGTH && /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text)) return text.toLowerCase();
  throw invalidParameterValue(
    `The parameter ${member} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
      'ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.',
  );
}

/** @throws invalidParameterValue for a family that does not exist */
export function readFamily(text: string): string {
  if (families.includes(text)) return text;
  throw invalidParameterValue(`ParameterGroupFamily ${text} is not a valid parameter group family`);
}

/** @throws invalidParameterValue for a default group, which nobody changes */
export function refuseDefaultGroup(name: string): void {
  if (isDefaultGroup(name)) throw invalidParameterValue('Cannot modify a default parameter group.');
}

/** @throws invalidDBParameterGroupState for a default group */
export function refuseToDeleteDefaultGroup(name: string): void {
  if (!isDefaultGroup(name)) return;
  throw invalidDBParameterGroupState(`Default DBParameterGroup cannot be deleted: ${name}`);
}

/** For a group that instances use. Terraform waits while it gets this code. */
export function groupInUse(name: string) {
  return invalidDBParameterGroupState(
    `One or more database instances are still members of this parameter group ${name}, so the group cannot be deleted`,
  );
}

/** @throws invalidParameterCombination for a group of another family than the engine's */
export function refuseOtherFamily(
  { name, family }: Pick<ParameterGroup, 'name' | 'family'>,
  engineVersion: string,
): void {
  const own = parameterGroupFamily(engineVersion);
  if (family === own) return;
  throw invalidParameterCombination(
    `The Parameter Group ${name} with DBParameterGroupFamily ${family} cannot be used for this instance. ` +
      `Please use a Parameter Group with DBParameterGroupFamily ${own}`,
  );
}
