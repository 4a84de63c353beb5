import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function randomId(): string {
  return Array.from({ length: 26 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** A new DbiResourceId: `db-` and 26 upper-case letters or digits, unique for ever (API_DBInstance). */
export function newDbiResourceId(): string {
  return `db-${randomId()}`;
}

/** The id of a new DB snapshot, unique for ever. RDS shows none. */
export function newSnapshotId(): string {
  return `snap-${randomId()}`;
}

/** The id of a new lineage, unique for ever. It is the name of a directory. */
export function newLineageId(): string {
  return `ln-${randomId().toLowerCase()}`;
}
