import type { Instance } from '../model/instance.ts';
import type { Database } from './client.ts';
import { Prisma } from './generated/client.ts';
import { toInstance } from './rows.ts';

export interface InstanceQuery {
  readonly identifiers?: readonly string[];
  readonly dbiResourceIds?: readonly string[];
  /** Only instances whose identifier sorts behind this one. */
  readonly after?: string;
  readonly limit?: number;
}

interface Known {
  readonly version: string;
  readonly instance: Instance;
}

/**
 * Lists instances, reading only rows that have changed since they were last read: an unchanged one is the very same
 * object, so whoever makes something costly of it may keep that. What has changed the database says itself, by the
 * transaction that wrote the row last (`xmin`), so any number of gateways and workers may write.
 */
export const createInstanceCache = (database: Database) => {
  const known = new Map<string, Known>();

  const readVersions = async ({ identifiers, dbiResourceIds, after, limit }: InstanceQuery) => {
    const conditions = [
      Prisma.sql`TRUE`,
      ...(identifiers ? [Prisma.sql`identifier = ANY(${[...identifiers]})`] : []),
      ...(dbiResourceIds ? [Prisma.sql`dbi_resource_id = ANY(${[...dbiResourceIds]})`] : []),
      ...(after === undefined ? [] : [Prisma.sql`identifier > ${after}`]),
    ];
    // One value in one row: a row costs more on its way through driver and client than what is in it.
    const [row] = await database.$queryRaw<[{ versions: string | null }]>`
      SELECT string_agg(dbi_resource_id || ' ' || xmin, ',' ORDER BY identifier) AS versions
      FROM (SELECT dbi_resource_id, identifier, xmin FROM instance
            WHERE ${Prisma.join(conditions, ' AND ')}
            ORDER BY identifier LIMIT ${limit ?? null}) AS page`;
    return (row.versions ?? '').split(',').filter(Boolean).map(splitVersion);
  };

  const refresh = async (stale: ReadonlyMap<string, string>): Promise<void> => {
    const rows = await database.instance.findMany({ where: { dbiResourceId: { in: [...stale.keys()] } } });
    for (const id of stale.keys()) known.delete(id);
    for (const row of rows) {
      // Should the row have changed after its version was read, the next list reads it again.
      const version = stale.get(row.dbiResourceId) ?? '';
      known.set(row.dbiResourceId, { version, instance: Object.freeze(toInstance(row)) });
    }
  };

  return async (query: InstanceQuery): Promise<Instance[]> => {
    const versions = await readVersions(query);
    const stale = versions.filter(([id, version]) => known.get(id)?.version !== version);
    if (stale.length > 0) await refresh(new Map(stale));
    const instances = versions.flatMap(([id]) => known.get(id)?.instance ?? []);
    const { identifiers, dbiResourceIds, after, limit = Number.POSITIVE_INFINITY } = query;
    const isWhole = !identifiers && !dbiResourceIds && after === undefined && versions.length < limit;
    if (isWhole && known.size > versions.length) forgetOthers(known, versions);
    return instances;
  };
};

const splitVersion = (text: string): [id: string, version: string] => {
  const [id = '', version = ''] = text.split(' ');
  return [id, version];
};

const forgetOthers = (known: Map<string, Known>, versions: readonly (readonly [string, string])[]): void => {
  const present = new Set(versions.map(([id]) => id));
  for (const id of known.keys()) if (!present.has(id)) known.delete(id);
};
