import type { Database } from './database/client.ts';

/** Versions that the origin offers, written by workers (who see the provider), read by gateways (who do not). */
export function createEngineVersions(database: Database) {
  return {
    /** All versions on offer, in no order. Empty until a worker has been up once. */
    async list(): Promise<string[]> {
      const rows = await database.engineVersion.findMany();
      return rows.map(({ version }) => version);
    },

    /** Makes `versions` what is on offer. */
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
