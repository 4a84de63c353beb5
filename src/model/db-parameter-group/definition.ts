export type DataType = 'boolean' | 'integer' | 'float' | 'string' | 'list';

/** A parameter of an engine version, before any group sets it. */
export interface ParameterDefinition {
  /** In lower case, as RDS shows it. */
  readonly name: string;
  readonly dataType: DataType;
  /** Static parameters need a restart of the server. */
  readonly isStatic: boolean;
  /** Whether users may set it. */
  readonly isModifiable: boolean;
  readonly description: string;
  /** The bounds of a number. */
  readonly min?: string;
  readonly max?: string;
  /** The only values of a text or a boolean; of a `list`, those of its entries. */
  readonly values?: readonly string[];
}

/** The members of a definition that a row of a list has. */
export type NewDefinition = Omit<ParameterDefinition, 'isModifiable'> & { readonly isModifiable?: boolean };

/** AllowedValues as RDS shows them. */
export function allowedValues({ dataType, min, max, values }: ParameterDefinition): string | undefined {
  if (values) return values.join(',');
  if (dataType === 'boolean') return '0,1';
  return min === undefined || max === undefined ? undefined : `${min}-${max}`;
}
