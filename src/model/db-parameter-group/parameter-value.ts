import { invalidParameterValue } from '../errors.ts';
import { allowedValues, type ParameterDefinition } from './definition.ts';
import { calculate, compare, type FormulaVariables, looksLikeFormula, SAMPLE_VARIABLES } from './formula.ts';

const MAX_LENGTH = 1_024;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['0', 'off', 'false'].map((text) => [text, false] as const),
  ...['1', 'on', 'true'].map((text) => [text, true] as const),
]);

/** The boolean that a text or a Boolean expression gives; undefined for any other text. */
function readBoolean(value: string, variables: FormulaVariables): boolean | undefined {
  return BOOLEANS.get(value.toLowerCase()) ?? compare(value, variables);
}

/** A parameter that has become more than a boolean, such as `wal_compression`: PostgreSQL still takes booleans. */
function isSwitch({ values = [] }: ParameterDefinition): boolean {
  return values.includes('on') && values.includes('off');
}

function isNumber(value: string, form: RegExp, { min, max }: ParameterDefinition): boolean {
  if (!form.test(value)) return false;
  const number = Number(value);
  return (min === undefined || number >= Number(min)) && (max === undefined || number <= Number(max));
}

function entriesOf(list: string): string[] {
  return list.split(',').map((entry) => entry.trim());
}

function isOneOf(value: string, values: readonly string[]): boolean {
  return values.some((each) => each.toLowerCase() === value.toLowerCase());
}

function isAllowed(value: string, definition: ParameterDefinition): boolean {
  const { dataType, values } = definition;
  switch (dataType) {
    case 'boolean':
      // An expression may give another value for another class.
      if (values) return values.includes(String(Number(BOOLEANS.get(value.toLowerCase()))));
      return readBoolean(value, SAMPLE_VARIABLES) !== undefined;
    case 'integer':
      if (looksLikeFormula(value)) return calculate(value, SAMPLE_VARIABLES) !== undefined;
      return isNumber(value, /^-?\d{1,19}$/, definition);
    case 'float':
      return isNumber(value, /^-?\d{1,19}(?:\.\d{1,19})?(?:e[+-]?\d{1,3})?$/i, definition);
    case 'list':
      return entriesOf(value).every((entry) => isOneOf(entry, values ?? []));
    case 'string':
      if (!values || isOneOf(value, values)) return true;
      return isSwitch(definition) && readBoolean(value, SAMPLE_VARIABLES) !== undefined;
    default:
      return dataType satisfies never;
  }
}

/**
 * Refuses a value that the parameter cannot have. PostgreSQL itself checks more when it gets the value.
 * @throws invalidParameterValue in RDS's words
 */
export function refuseBadValue(definition: ParameterDefinition, value: string): void {
  const { name } = definition;
  // One line of postgresql.conf.
  if (value.length > MAX_LENGTH || /\p{Cc}/u.test(value)) {
    throw invalidParameterValue(
      `Invalid parameter value for: ${name}. A value has at most ${MAX_LENGTH} characters, and no control characters.`,
    );
  }
  if (isAllowed(value, definition)) return;
  const allowed = allowedValues(definition);
  throw invalidParameterValue(
    `Invalid parameter value: ${value} for: ${name}${allowed === undefined ? '' : ` allowed values are: ${allowed}`}`,
  );
}

/**
 * The value for a server, with formulas and expressions calculated, in one form, so that scripts of the guest compare
 * it with one text: booleans are `0` or `1`.
 * @param definition absent for a parameter of a major version that is not known
 */
export function effectiveValue(
  value: string,
  definition: ParameterDefinition | undefined,
  variables: FormulaVariables,
): string {
  const { dataType = 'integer', values = [] } = definition ?? {};
  switch (dataType) {
    case 'integer':
      return looksLikeFormula(value) ? String(calculate(value, variables) ?? value) : value;
    case 'boolean': {
      const is = readBoolean(value, variables);
      // An expression that divides by zero for this class. PostgreSQL refuses the text of its own parameters. It takes
      // any text for those of Cornac, and rds.force_ssl must not be off because of that.
      const isOfCornac = definition?.name.startsWith('rds.') ?? false;
      return is === undefined && !isOfCornac ? value : String(Number(is ?? true));
    }
    case 'list':
      return entriesOf(value).join(',');
    case 'string': {
      if (!definition || !isSwitch(definition) || isOneOf(value, values)) return value;
      const is = readBoolean(value, variables);
      return is === undefined ? value : is ? 'on' : 'off';
    }
    case 'float':
      return value;
    default:
      return dataType satisfies never;
  }
}
