import type pg from 'pg';
import type { Instance } from '../model/db-instance/instance.ts';
import { INVENTORY_IDENTIFIER } from '../model/db-instance/inventory-instance.ts';
import type { Database } from './database/client.ts';
import { INSTANCE_ROWS, toInstance } from './database/rows.ts';

export interface InstanceQuery {
  readonly identifiers?: readonly string[];
  readonly dbiResourceIds?: readonly string[];
  /** Only instances after the instance with this identifier. */
  readonly after?: string;
  readonly limit?: number;
}

// The cache may remember this many deleted instances.
const MAX_GROWTH = 1_000;

interface Known {
  readonly version: string;
  readonly instance: Instance;
}

interface Listed {
  /** Ids and versions as the database returned them; equal for equal lists. */
  readonly versions: string;
  readonly instances: readonly Instance[];
}

// The inventory's own instance comes first. The result is one value in one row, because each row costs the
// driver and the client more than its content.
const VERSIONS = `
  SELECT coalesce(string_agg(dbi_resource_id || ' ' || version, ',' ORDER BY identifier <> $5, identifier), '') AS versions
  FROM (SELECT i.dbi_resource_id, i.identifier, concat_ws('.', i.xmin, s.xmin, e.xmin, p.xmin, g.xmin) AS version
        FROM instance AS i
        JOIN server AS s ON s.id = i.primary_server_id
        JOIN endpoint AS e ON e.dbi_resource_id = i.dbi_resource_id
        LEFT JOIN parameter_group AS p ON p.name = i.parameter_group
        LEFT JOIN db_subnet_group AS g ON g.name = i.db_subnet_group_name
        WHERE ($1::text[] IS NULL OR i.identifier = ANY ($1))
          AND ($2::text[] IS NULL OR i.dbi_resource_id = ANY ($2))
          AND ($3::text IS NULL OR (i.identifier <> $5, i.identifier) > ($3 <> $5, $3))
        ORDER BY i.identifier <> $5, i.identifier LIMIT $4) AS page`;

/**
 * Lists instances and reads only rows that have changed since the last read. An unchanged instance is the
 * same frozen object, and so is an unchanged list, so callers may keep what they derive from them. The
 * database itself reports changes, by the transactions that last wrote the rows of instance, primary server,
 * endpoint, parameter group and DB subnet group (`xmin`), so any number of gateways and workers may write.
 */
export function createInstanceCache(database: Database, pool: pg.Pool) {
  const known = new Map<string, Known>();
  let most = MAX_GROWTH;
  let latest: Listed = { versions: '', instances: Object.freeze([]) };

  /** Not through Prisma, because Prisma takes longer for it than the database. */
  const readVersions = async ({ identifiers, dbiResourceIds, after, limit }: InstanceQuery) => {
    const { rows } = await pool.query<{ versions: string }>({
      name: 'instance-versions',
      text: VERSIONS,
      values: [identifiers, dbiResourceIds, after, limit, INVENTORY_IDENTIFIER],
    });
    return rows[0]?.versions ?? '';
  };

  const readInstances = async (versions: ReadonlyMap<string, string>): Promise<readonly Instance[]> => {
    if (versions.size === 0) return [];
    const rows = await database.instance.findMany({
      where: { dbiResourceId: { in: [...versions.keys()] } },
      include: INSTANCE_ROWS,
    });
    return rows.flatMap((row) => {
      const instance = toInstance(row);
      if (!instance) return [];
      // If a row changed after its version was read, the next list reads the row again.
      known.set(row.dbiResourceId, { version: versions.get(row.dbiResourceId) ?? '', instance });
      return [Object.freeze(instance)];
    });
  };

  /** A page cannot show deletions. Once the cache has doubled, list all ids and evict the rest. */
  const sweep = async () => {
    if (known.size <= most) return;
    forgetOthers(parseVersions(await readVersions({})));
    most = 2 * known.size + MAX_GROWTH;
  };

  const forgetOthers = (present: ReadonlyMap<string, string>) => {
    for (const id of known.keys()) if (!present.has(id)) known.delete(id);
  };

  const list = async (query: InstanceQuery): Promise<readonly Instance[]> => {
    const text = await readVersions(query);
    if (text === latest.versions) return latest.instances;

    const versions = parseVersions(text);
    const found = new Map<string, Instance>();
    const stale = new Map<string, string>();
    for (const [id, version] of versions) {
      const entry = known.get(id);
      if (entry?.version === version) found.set(id, entry.instance);
      else stale.set(id, version);
    }
    for (const instance of await readInstances(stale)) found.set(instance.dbiResourceId, instance);
    // An instance was deleted in between. Without another read a full page would look like the last page.
    if (found.size < versions.size) return list(query);
    const instances = Object.freeze([...versions.keys()].flatMap((id) => found.get(id) ?? []));

    const { identifiers, dbiResourceIds, after, limit = Number.POSITIVE_INFINITY } = query;
    const isComplete = !identifiers && !dbiResourceIds && after === undefined && versions.size < limit;
    if (isComplete) forgetOthers(versions);
    else await sweep();
    latest = { versions: text, instances };
    return instances;
  };
  return list;
}

/** Versions by id, in the order of the list. */
function parseVersions(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((each): [string, string][] => {
      const [id, version] = each.split(' ');
      return id && version ? [[id, version]] : [];
    }),
  );
}
