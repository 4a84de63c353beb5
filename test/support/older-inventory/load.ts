import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { createSealer } from '../../../src/inventory/database/sealer.ts';

/** Commits of whose inventory there is SQL here: the last one without servers, and that of the first version. */
export const OLDER_INVENTORIES = ['f796a9c', '1ea862c'] as const;
export type OlderInventory = (typeof OLDER_INVENTORIES)[number];

/** The key that their secrets are sealed with. Nothing is secret under it. */
export const OLDER_KEY = createHash('sha256').update('older inventory').digest();

export function olderSealer() {
  return createSealer(OLDER_KEY);
}

/**
 * Fills an empty database with the inventory of an older version. How it was made: write.mjs.
 * @param replace changes the SQL before it is run
 */
export async function loadOlderInventory(
  databaseUrl: string,
  version: OlderInventory,
  replace: (sql: string) => string = (sql) => sql,
): Promise<void> {
  const sql = await readFile(new URL(`${version}.sql`, import.meta.url), 'utf8');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    await client.query(replace(sql));
  } finally {
    await client.end();
  }
}
