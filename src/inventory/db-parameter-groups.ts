import { defaultParameterGroups, type ParameterGroup } from '../model/db-parameter-group/parameter-group.ts';
import type { Database } from './database/client.ts';
import type { EngineVersions } from './engine-versions.ts';

/**
 * DB parameter groups. Only the default ones exist. They follow from the versions that the origin offers and from those that
 * instances have: a version is no longer offered after the origin was replaced, while its instances stay.
 */
export function createParameterGroups(database: Database, engineVersions: EngineVersions) {
  const list = async (): Promise<ParameterGroup[]> => {
    const [offered, used] = await Promise.all([
      engineVersions.list(),
      database.instance.groupBy({ by: 'engineVersion' }),
    ]);
    return defaultParameterGroups([...offered, ...used.map(({ engineVersion }) => engineVersion)]);
  };
  return {
    /** By major version, from old to new. Empty until a worker has run once or an instance was made. */
    list,

    async find(name: string): Promise<ParameterGroup | undefined> {
      return (await list()).find((group) => group.name === name);
    },
  };
}

export type ParameterGroups = ReturnType<typeof createParameterGroups>;
