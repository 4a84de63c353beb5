import { invalidParameterValue, malformedInput } from '../../model/errors.ts';
import { FORBIDDEN_CHARACTER } from './characters.ts';

const INTEGER = /^[+-]?\d{1,10}$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
/** A date, or a date and a time to the minute or finer; in UTC where the text has no zone. */
const TIMESTAMP = /^(\d{4}-\d{2}-(\d{2}))(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

// Years 1 to 9999 after the zone is applied: the range that PostgreSQL, ISO 8601 and the answer's XML share.
const FIRST = new Date('0001-01-01T00:00:00.000Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');

/**
 * Readers of a parameter's value, by kind of shape. Messages contain the parameter's name and never the
 * value, because the value may be a misplaced password.
 *
 * @throws AwsError `MalformedInput` for a value of another type: the code that RDS returns with "timestamp
 *   must follow ISO8601"
 */
export const readScalar = {
  string: (text: string, path: string): string => {
    if (FORBIDDEN_CHARACTER.test(text)) {
      throw invalidParameterValue(`The parameter ${path} contains characters that are not allowed.`);
    }
    return text;
  },

  integer: (text: string, path: string): number => {
    const value = Number(text);
    if (!INTEGER.test(text) || value !== (value | 0)) throw malformedInput(`${path} must be an integer`);
    return value;
  },

  decimal: (text: string, path: string): number => {
    const value = Number(text);
    if (!DECIMAL.test(text) || !Number.isFinite(value)) throw malformedInput(`${path} must be a number`);
    return value;
  },

  boolean: (text: string, path: string): boolean => {
    switch (text.toLowerCase()) {
      case 'true':
        return true;
      case 'false':
        return false;
      default:
        throw malformedInput(`${path} must be true or false`);
    }
  },

  timestamp: (text: string, path: string): Date => {
    const [, date = '', day, time = '00:00', zone = 'Z'] = TIMESTAMP.exec(text) ?? [];
    const value = new Date(`${date}T${time}${zone}`);
    // JavaScript reads 30 February as 1 March.
    const exists = new Date(`${date}T00:00Z`).getUTCDate() === Number(day);
    // Written so that an invalid date is refused: it compares false with everything.
    const isInRange = value >= FIRST && value <= LAST;
    if (!isInRange || !exists) throw malformedInput(`${path}: timestamp must follow ISO8601`);
    return value;
  },
};
