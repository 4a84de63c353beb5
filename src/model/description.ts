import { invalidParameterValue } from './errors.ts';

const MAX_DESCRIPTION_LENGTH = 255;

/**
 * The description of a group, of at most 255 characters.
 * @param member of the request, for the message
 * @param atLeast the least number of characters. RDS documents 1 for a parameter group.
 * @throws invalidParameterValue for a text that RDS does not take
 */
export function readDescription(member: string, text: string, atLeast = 0): string {
  if (/\p{Cc}/u.test(text)) throw invalidParameterValue("Input can't contain control characters.");
  const length = [...text].length;
  if (length < atLeast) {
    throw invalidParameterValue(`The parameter ${member} must not be shorter than ${atLeast} characters.`);
  }
  if (length > MAX_DESCRIPTION_LENGTH) {
    throw invalidParameterValue(
      `The parameter ${member} must not be longer than ${MAX_DESCRIPTION_LENGTH} characters.`,
    );
  }
  return text;
}
