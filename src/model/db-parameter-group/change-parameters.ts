import { invalidParameterCombination, invalidParameterValue } from '../errors.ts';
import { refusalsOf, refuseAll } from '../refusals.ts';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import type { ParameterDefinition } from './definition.ts';
import { majorOfFamily, type ParameterGroup } from './parameter-group.ts';
import { refuseBadValue } from './parameter-value.ts';
import { type ApplyMethod, revisionOf, type SetParameter, type SetParameters } from './set-parameters.ts';

/** A parameter in a request to set or to reset it. */
export interface RequestedParameter {
  readonly name?: string | undefined;
  /** Absent where the parameter is reset. */
  readonly value?: string | undefined;
  readonly applyMethod?: string | undefined;
}

/** API_ModifyDBParameterGroup and API_ResetDBParameterGroup. */
const MAX_PARAMETERS = 20;

function required(member: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw invalidParameterValue(`The parameter ${member} must be provided and must not be blank.`);
}

function readApplyMethod(text: string | undefined, { isStatic }: ParameterDefinition): ApplyMethod {
  if (text === undefined) return isStatic ? 'pending-reboot' : 'immediate';
  if (text !== 'immediate' && text !== 'pending-reboot') {
    throw invalidParameterValue(
      `Invalid value ${text} for ApplyMethod. Valid values: immediate, pending-reboot`,
    );
  }
  if (isStatic && text === 'immediate') {
    throw invalidParameterCombination('cannot use immediate apply method for static parameter');
  }
  return text;
}

type Entry = readonly [name: string, SetParameter];

function readParameter(catalogue: Catalogue, requested: RequestedParameter, sets: boolean): Entry {
  const name = required('ParameterName', requested.name).toLowerCase();
  const definition = catalogue.get(name);
  if (!definition) throw invalidParameterValue(`Could not find parameter with name: ${requested.name}`);
  if (!definition.isModifiable) throw invalidParameterValue(`The parameter ${name} cannot be modified.`);
  const value = sets ? required('ParameterValue', requested.value) : null;
  if (value !== null) refuseBadValue(definition, value);
  return [name, { value, applyMethod: readApplyMethod(requested.applyMethod, definition) }];
}

function readAll(
  { family }: Pick<ParameterGroup, 'family'>,
  requested: readonly RequestedParameter[],
  sets: boolean,
): Entry[] {
  if (requested.length === 0) throw invalidParameterValue('The parameter Parameters must be provided.');
  if (requested.length > MAX_PARAMETERS) {
    throw invalidParameterValue(
      `The request has ${requested.length} parameters. At most ${MAX_PARAMETERS} can be modified in a single request.`,
    );
  }
  const catalogue = catalogueOf(majorOfFamily(family));
  const read = (each: RequestedParameter) => readParameter(catalogue, each, sets);
  refuseAll(requested.flatMap((each) => refusalsOf(() => read(each))));
  const entries = requested.map(read);
  if (new Map(entries).size < entries.length) {
    throw invalidParameterValue('A parameter is given more than once.');
  }
  return entries;
}

/** The parameters of a group, and those of them that a request has changed. */
export interface ParameterChange {
  readonly parameters: SetParameters;
  /** Without those that the request left as they were. */
  readonly changed: readonly Entry[];
}

function changeOf(before: SetParameters, entries: readonly Entry[]): ParameterChange {
  // A parameter that was never set has its default, which needs no change.
  const isChanged = ([name, { value, applyMethod }]: Entry) => {
    const { [name]: present } = before;
    return present ? value !== present.value || applyMethod !== present.applyMethod : value !== null;
  };
  const revision = revisionOf(before) + 1;
  const named = entries.map(([name, set]) => [name, { ...set, revision }] as const);
  return { parameters: { ...before, ...Object.fromEntries(named) }, changed: entries.filter(isChanged) };
}

/**
 * The parameters of the group after these were set.
 * @throws AwsError with every refusal
 */
export function setParameters(
  group: Pick<ParameterGroup, 'family' | 'parameters'>,
  requested: readonly RequestedParameter[],
): ParameterChange {
  return changeOf(group.parameters, readAll(group, requested, true));
}

/**
 * The parameters of the group after these were reset. A reset that waits for a restart is kept until then, so that
 * running servers keep the value.
 */
export function resetParameters(
  group: Pick<ParameterGroup, 'family' | 'parameters'>,
  requested: readonly RequestedParameter[],
): ParameterChange {
  return changeOf(group.parameters, readAll(group, requested, false));
}

/** The parameters of a group after all were reset: the dynamic ones at once, the static ones with a restart. */
export function resetAllParameters({
  family,
  parameters,
}: Pick<ParameterGroup, 'family' | 'parameters'>): ParameterChange {
  const catalogue = catalogueOf(majorOfFamily(family));
  const entries = Object.keys(parameters).map((name): Entry => {
    const applyMethod = catalogue.get(name)?.isStatic === false ? 'immediate' : 'pending-reboot';
    return [name, { value: null, applyMethod }];
  });
  return changeOf(parameters, entries);
}
