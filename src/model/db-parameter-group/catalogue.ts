import { majorOf } from '../engine/engine-version.ts';
import type { DataType, NewDefinition, ParameterDefinition } from './definition.ts';
import { isModifiable } from './modifiable.ts';
import settings from './pg-settings.json' with { type: 'json' };
import { libraryParameters, preloadLibraries } from './preload-libraries.ts';
import { rdsParameters } from './rds-parameters.ts';

/** A parameter of PostgreSQL as `scripts/read-pg-settings.ts` has read it from `pg_settings`. */
interface Setting {
  readonly name: string;
  /** The first and the last major version that has it so. */
  readonly from: number;
  readonly to: number;
  readonly context: string;
  readonly vartype: string;
  readonly unit?: string;
  readonly min?: string;
  readonly max?: string;
  readonly values?: readonly string[];
  readonly description: string;
}

const TYPES: Readonly<Record<string, DataType>> = {
  bool: 'boolean',
  integer: 'integer',
  real: 'float',
  enum: 'string',
  string: 'string',
};

/** Bounds that are narrower than PostgreSQL's, because a server has to keep connections for Cornac. */
const BOUNDS: Readonly<Record<string, Pick<ParameterDefinition, 'min' | 'max'>>> = {
  max_connections: { min: '6', max: '262143' },
};

/** Parameters of PostgreSQL that take a list of these values only. */
const LISTS: Readonly<Record<string, readonly string[]>> = { shared_preload_libraries: preloadLibraries };

function toDefinition({
  name,
  context,
  vartype,
  unit,
  description,
  ...bounds
}: Setting): ParameterDefinition {
  const { min, max, values } = { ...bounds, ...BOUNDS[name] };
  const list = LISTS[name];
  const allowed = list ?? values;
  return {
    name,
    dataType: list ? 'list' : (TYPES[vartype] ?? 'string'),
    isStatic: context === 'postmaster' || context === 'internal',
    isModifiable: list !== undefined || isModifiable(name),
    description: unit === undefined ? description : `(${unit}) ${description}`,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(allowed && { values: allowed }),
  };
}

function toModifiable(definition: NewDefinition): ParameterDefinition {
  return { isModifiable: true, ...definition };
}

/** The parameters of a major version, by name, in the order of their names. */
export type Catalogue = ReadonlyMap<string, ParameterDefinition>;

function read(major: number): Catalogue {
  const own = (settings as readonly Setting[]).filter(({ from, to }) => from <= major && major <= to);
  const all = [...own.map(toDefinition), ...[...libraryParameters, ...rdsParameters].map(toModifiable)];
  return new Map(all.map((each) => [each.name, each] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const known = new Map<string, Catalogue>();

/** The parameters of this version's major. A major that is not known has those of RDS and of the libraries alone. */
export function catalogueOf(version: string): Catalogue {
  const major = majorOf(version);
  const catalogue = known.get(major) ?? read(Number(major));
  known.set(major, catalogue);
  return catalogue;
}
