import type { InstanceClass } from '../db-instance/instance-classes.ts';
import { catalogueOf } from './catalogue.ts';
import { defaultParameters } from './default-parameters.ts';
import type { FormulaVariables } from './formula.ts';
import { effectiveValue } from './parameter-value.ts';
import type { ParameterValues } from './set-parameters.ts';

/** What the parameters of a server follow from. */
export interface ParameterSource {
  readonly engineVersion: string;
  readonly instanceClass: Pick<InstanceClass, 'memoryMiB' | 'vcpus'>;
  /** GiB */
  readonly allocatedStorage: number;
  readonly port: number;
  /** The values that users have set; none for a default group. */
  readonly values: ParameterValues;
}

function variablesOf({ instanceClass, allocatedStorage, port }: ParameterSource): FormulaVariables {
  return {
    DBInstanceClassMemory: instanceClass.memoryMiB * 1024 ** 2,
    DBInstanceVCPU: instanceClass.vcpus,
    AllocatedStorage: allocatedStorage * 1024 ** 3,
    EndPointPort: port,
  };
}

/**
 * The effective parameters of a server, by name: the values of the default group, replaced by those that users have
 * set, with formulas and expressions calculated and booleans as `0` or `1`. A parameter with PostgreSQL's own default is absent. A value
 * of a user for a parameter that users may not set is left out, because this is the way into a server's settings.
 */
export function parametersOf(source: ParameterSource): Readonly<Record<string, string>> {
  const catalogue = catalogueOf(source.engineVersion);
  const variables = variablesOf(source);
  const set = Object.entries(source.values).filter(([name]) => catalogue.get(name)?.isModifiable);
  const all = { ...defaultParameters(source.engineVersion), ...Object.fromEntries(set) };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, effectiveValue(value, catalogue.get(name), variables)]),
  );
}
