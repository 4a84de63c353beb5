import type { Database } from './database/client.ts';

const ROW = 1;

/**
 * What tells this inventory from every other, for as long as it lives: its first migrator has made it. Asked for once. A
 * copy has the same one.
 */
export function createIdentify(database: Database): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= (await database.identity.findUniqueOrThrow({ where: { id: ROW } })).inventoryId;
    return known;
  };
}
