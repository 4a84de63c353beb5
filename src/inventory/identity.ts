import type { Database } from './database/client.ts';

const ROW = 1;

/**
 * The id that distinguishes this inventory from every other, for its whole life. The first migration makes
 * it. It is read once. A copy of an inventory has the same id.
 */
export function createIdentify(database: Database): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= (await database.identity.findUniqueOrThrow({ where: { id: ROW } })).inventoryId;
    return known;
  };
}
