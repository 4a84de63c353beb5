import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { createSealer } from '../../../src/inventory/database/sealer.ts';

/** Commits whose inventory exists here as SQL: the last commit without servers, and the first version. */
export const OLDER_INVENTORIES = ['f796a9c', '1ea862c'] as const;
export type OlderInventory = (typeof OLDER_INVENTORIES)[number];

/** The key that seals their secrets. The secrets are not confidential. */
export const OLDER_KEY = createHash('sha256').update('older inventory').digest();

export function olderSealer() {
  return createSealer(OLDER_KEY);
}

/**
 * Fills an empty database with the inventory of an older version. write.mjs has written the SQL.
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
