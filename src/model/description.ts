import { invalidParameterValue } from './errors.ts';

const MAX_DESCRIPTION_LENGTH = 255;

/**
 * The description of a group.
 * @param member of the request, for the message
 * @throws invalidParameterValue for a text that RDS does not take
 */
export function readDescription(member: string, text: string): string {
  if (/\p{Cc}/u.test(text)) throw invalidParameterValue("Input can't contain control characters.");
  if ([...text].length > MAX_DESCRIPTION_LENGTH) {
    throw invalidParameterValue(
      `The parameter ${member} must not be longer than ${MAX_DESCRIPTION_LENGTH} characters.`,
    );
  }
  return text;
}
