import { invalidParameterValue } from '../errors.ts';
import { allowedValues, type ParameterDefinition } from './definition.ts';
import { calculate, looksLikeFormula, SAMPLE_VARIABLES } from './formula.ts';

const MAX_LENGTH = 1_024;

const BOOLEANS: Readonly<Record<string, string>> = {
  0: '0',
  1: '1',
  off: '0',
  on: '1',
  false: '0',
  true: '1',
};

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
      return Object.hasOwn(BOOLEANS, value.toLowerCase());
    case 'integer':
      if (looksLikeFormula(value)) return calculate(value, SAMPLE_VARIABLES) !== undefined;
      return isNumber(value, /^-?\d{1,19}$/, definition);
    case 'float':
      return isNumber(value, /^-?\d{1,19}(?:\.\d{1,19})?(?:e[+-]?\d{1,3})?$/i, definition);
    case 'list':
      return entriesOf(value).every((entry) => isOneOf(entry, values ?? []));
    case 'string':
      return values ? isOneOf(value, values) : true;
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

/** The value in one form, so that scripts of the guest compare it with one text: booleans are `0` or `1`. */
export function normalize(value: string, { dataType }: ParameterDefinition): string {
  if (dataType === 'boolean') return BOOLEANS[value.toLowerCase()] ?? value;
  return dataType === 'list' ? entriesOf(value).join(',') : value;
}
