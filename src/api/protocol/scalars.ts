import { invalidParameterValue, malformedInput } from '../../model/errors.ts';
import { FORBIDDEN_CHARACTER } from './characters.ts';

const INTEGER = /^[+-]?\d{1,10}$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
/** A date, or a date and a time to the minute or finer, in UTC where no zone is named. */
const TIMESTAMP = /^(\d{4}-\d{2}-(\d{2}))(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

// Years 1 to 9999, when the zone is applied: what PostgreSQL, ISO 8601 and the answer's XML all can write.
const FIRST = new Date('0001-01-01T00:00:00.000Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');

/**
 * Readers of what stands behind the `=`, by kind of shape. Messages name the parameter and never quote the value,
 * which may be a password that went astray.
 *
 * @throws AwsError `MalformedInput` for what is not of the type: the code that RDS gives with "timestamp must follow
 *   ISO8601"
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
    // JavaScript takes 30 February for 1 March.
    const exists = new Date(`${date}T00:00Z`).getUTCDate() === Number(day);
    // Compared so that what is no date at all is refused, too.
    const isInRange = value >= FIRST && value <= LAST;
    if (!isInRange || !exists) throw malformedInput(`${path}: timestamp must follow ISO8601`);
    return value;
  },
};
