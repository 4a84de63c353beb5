import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from './database/client.ts';
import type { Sealer } from './database/sealer.ts';
import { newLineageId } from './new-id.ts';

/** The history of one server: what its backups and its archived log belong to. */
export interface Lineage {
  /** The name of its stanza in the repository. */
  readonly id: string;
  /** Its instance, whether or not it still exists; also the name of its directory in the repository. */
  readonly dbiResourceId: string;
  /** The key that encrypts its backups. A secret. */
  readonly key: string;
}

function context(id: string) {
  return `${id}/backup`;
}

/** The id of the instance's lineage, which begins with the first backup that is asked for. */
export async function ensureLineage(tx: Transaction, sealer: Sealer, dbiResourceId: string): Promise<string> {
  const id = newLineageId();
  const sealedKey = sealer.seal(randomBytes(32).toString('base64url'), context(id));
  const data = { id, dbiResourceId, sealedKey, createdAt: new Date() };
  await tx.lineage.createMany({ data: [data], skipDuplicates: true });
  return (await tx.lineage.findUniqueOrThrow({ where: { dbiResourceId } })).id;
}

/**
 * Forgets the lineages, with their keys, to which neither an instance nor a snapshot belongs. In the transaction that removes the last
 * of them, because a worker that ended after it would leave the key for ever.
 */
export async function forgetUnusedLineages(tx: Transaction): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM lineage WHERE NOT EXISTS (SELECT FROM db_snapshot WHERE lineage_id = lineage.id)
      AND NOT EXISTS (SELECT FROM instance WHERE dbi_resource_id = lineage.dbi_resource_id)`;
}

/** What the backups of instances belong to. */
export function createLineages(database: Database, sealer: Sealer) {
  return {
    /** The lineage with its key; undefined when no such lineage exists. */
    async find(id: string): Promise<Lineage | undefined> {
      const row = await database.lineage.findUnique({ where: { id } });
      if (!row) return undefined;
      const { dbiResourceId, sealedKey } = row;
      return { id, dbiResourceId, key: sealer.unseal(sealedKey, context(id)) };
    },

    /** The DbiResourceIds of all instances that have, or had, a backup. */
    async listOwners(): Promise<Set<string>> {
      const rows = await database.lineage.findMany({ select: { dbiResourceId: true } });
      return new Set(rows.map(({ dbiResourceId }) => dbiResourceId));
    },
  };
}

export type Lineages = ReturnType<typeof createLineages>;
