import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A new DbiResourceId: `db-` and 26 upper-case letters or digits, unique for ever (API_DBInstance). */
export function newDbiResourceId(): string {
  return `db-${Array.from({ length: 26 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}
