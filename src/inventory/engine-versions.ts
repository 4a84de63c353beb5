import type { Database } from './database/client.ts';

/**
 * Versions that the origin offers. Workers see the provider and write them. Gateways do not, and read them.
 */
export function createEngineVersions(database: Database) {
  return {
    /** All versions on offer, unordered. Empty until a worker has run once. */
    async list(): Promise<string[]> {
      const rows = await database.engineVersion.findMany();
      return rows.map(({ version }) => version);
    },

    /** Replaces the versions on offer by `versions`. */
    async replace(versions: readonly string[]): Promise<void> {
      const seenAt = new Date();
      await database.$transaction([
        database.engineVersion.deleteMany({ where: { version: { notIn: [...versions] } } }),
        database.engineVersion.createMany({
          data: versions.map((version) => ({ version, seenAt })),
          skipDuplicates: true,
        }),
      ]);
    },
  };
}

export type EngineVersions = ReturnType<typeof createEngineVersions>;
