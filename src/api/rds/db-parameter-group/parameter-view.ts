import type { Parameter } from '@aws-sdk/client-rds';
import { catalogueOf } from '../../../model/db-parameter-group/catalogue.ts';
import { defaultParameters } from '../../../model/db-parameter-group/default-parameters.ts';
import { allowedValues, type ParameterDefinition } from '../../../model/db-parameter-group/definition.ts';
import { majorOfFamily, type ParameterGroup } from '../../../model/db-parameter-group/parameter-group.ts';
import type { SetParameter } from '../../../model/db-parameter-group/set-parameters.ts';
import { invalidParameterValue } from '../../../model/errors.ts';

/** Where a value comes from: a user; the default group of RDS; PostgreSQL. */
const SOURCES = ['user', 'system', 'engine-default'] as const;

type Source = (typeof SOURCES)[number];

/** @throws invalidParameterValue */
export function readSource(text: string | undefined): Source | undefined {
  if (text === undefined) return undefined;
  const source = SOURCES.find((each) => each === text);
  if (source) return source;
  throw invalidParameterValue(`Invalid source: ${text}. Valid values: ${SOURCES.join(', ')}`);
}

function toParameter(
  definition: ParameterDefinition,
  set: SetParameter | undefined,
  byDefault: string | undefined,
  major: string,
): Parameter {
  const { name, description, isStatic, dataType, isModifiable } = definition;
  const value = set?.value ?? byDefault;
  const source: Source =
    set && set.value !== null ? 'user' : byDefault === undefined ? 'engine-default' : 'system';
  return {
    ParameterName: name,
    ParameterValue: value,
    Description: description,
    Source: source,
    ApplyType: isStatic ? 'static' : 'dynamic',
    DataType: dataType,
    AllowedValues: allowedValues(definition),
    IsModifiable: isModifiable,
    MinimumEngineVersion: `${major}.0`,
    // What a user has not set has the method that every change may have.
    ApplyMethod: set?.applyMethod ?? 'pending-reboot',
  };
}

/** Every parameter of the group's family, with the values of the group. */
export function showParameters({
  family,
  parameters,
}: Pick<ParameterGroup, 'family' | 'parameters'>): Parameter[] {
  const major = majorOfFamily(family);
  const defaults = defaultParameters(major);
  return [...catalogueOf(major).values()].map((definition) =>
    toParameter(definition, parameters[definition.name], defaults[definition.name], major),
  );
}
