import { defaultOptionGroup, majorOf } from '../engine/engine-version.ts';
import { majorsOf } from '../engine/major-version.ts';
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts';
import type { Tag } from '../tags.ts';

/** An option group. It is always empty, because PostgreSQL has no options on RDS. */
export interface OptionGroup {
  /** Lower case */
  readonly name: string;
  /** `15` */
  readonly majorVersion: string;
  readonly description: string;
  readonly tags: readonly Tag[];
  /** The name of the group of which it is a copy; null where it is none. */
  readonly source: string | null;
  /** Null for a default group. */
  readonly createdAt: Date | null;
}

/** The groups of instances for which none is named: one for each major of the versions, from old to new. */
export function defaultOptionGroups(versions: readonly string[]): OptionGroup[] {
  return majorsOf(versions).map((majorVersion) => ({
    name: defaultOptionGroup(majorVersion),
    majorVersion,
    description: `Default option group for postgres ${majorVersion}`,
    tags: [],
    source: null,
    createdAt: null,
  }));
}

/** No group of a user has a colon in its name. */
export function isDefaultOptionGroup(name: string): boolean {
  return name.startsWith('default:');
}

/**
 * The name of a new group, in lower case: API_CreateOptionGroup.
 * @param member of the request, for the message
 * @throws invalidParameterValue
 */
export function readOptionGroupName(member: string, text: string): string {
  if (text.length > 255 || !/^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text)) {
    throw invalidParameterValue(
      `The parameter ${member} is not a valid identifier. Identifiers must begin with a letter; must contain only ` +
        'ASCII letters, digits, and hyphens, 255 at most; and must not end with a hyphen or contain two consecutive hyphens.',
    );
  }
  return text.toLowerCase();
}

/** @throws invalidParameterCombination for an instance of another major version than the group's */
export function refuseOtherMajor(
  { name, majorVersion }: Pick<OptionGroup, 'name' | 'majorVersion'>,
  engineVersion: string,
): void {
  const major = majorOf(engineVersion);
  if (majorVersion === major) return;
  throw invalidParameterCombination(
    `The Option Group ${name} for postgres ${majorVersion} cannot be used for this instance. ` +
      `Please use an Option Group for postgres ${major}`,
  );
}
