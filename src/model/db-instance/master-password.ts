import { invalidParameterValue } from '../errors.ts';

const SHORTEST = 8;
const LONGEST = 128;

/**
 * Refuses a master password that RDS does not accept. RDS accepts 8-128 printable ASCII characters without
 * `/`, `"` and `@` (MasterUserPassword of API_CreateDBInstance). No message contains the password.
 * @throws invalidParameterValue
 */
export function refuseBadMasterPassword(password: string): void {
  const problem =
    password.length < SHORTEST
      ? `it is shorter than ${SHORTEST} characters.`
      : password.length > LONGEST
        ? `it is longer than ${LONGEST} characters.`
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
