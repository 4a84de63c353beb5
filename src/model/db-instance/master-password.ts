import { invalidParameterValue } from '../errors.ts';

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;

/**
 * Refuses a master password that RDS does not accept. RDS accepts 8-128 printable ASCII characters without
 * `/`, `"` and `@` (MasterUserPassword of API_CreateDBInstance). No message contains the password.
 * @throws invalidParameterValue
 */
export function refuseBadMasterPassword(password: string): void {
  const problem =
    password.length < MIN_LENGTH
      ? `it is shorter than ${MIN_LENGTH} characters.`
      : password.length > MAX_LENGTH
        ? `it is longer than ${MAX_LENGTH} characters.`
        : undefined;
  if (problem) {
    throw invalidParameterValue(
      `The parameter MasterUserPassword is not a valid password because ${problem}`,
    );
  }
  if (!/^[ -~]*$/.test(password) || /[/"@]/.test(password)) {
    throw invalidParameterValue(
      `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"' may be used.`,
    );
  }
}
