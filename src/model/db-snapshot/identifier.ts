import { identifierTooLong, notAnIdentifier } from '../db-instance/identifier.ts';

const MAX_LENGTH = 255;

/**
 * The identifier of a new manual snapshot, in lower case: API_CreateDBSnapshot.
 * @param name the member of the request, for the message
 * @throws invalidParameterValue
 */
export function readNewSnapshotIdentifier(name: string, text: string): string {
  if (text.length > MAX_LENGTH) throw identifierTooLong(name, MAX_LENGTH);
  if (!/^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(text)) throw notAnIdentifier(name);
  return text.toLowerCase();
}
