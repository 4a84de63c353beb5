import { defaultParameterGroups, type ParameterGroup } from '../model/db-parameter-group/parameter-group.ts';
import type { EngineVersions } from './engine-versions.ts';

/**
 * DB parameter groups. Only the default groups exist; they follow from the versions that the origin offers.
 */
export function createParameterGroups(engineVersions: EngineVersions) {
  const list = async (): Promise<ParameterGroup[]> => defaultParameterGroups(await engineVersions.list());
  return {
    /** By major version, from old to new. Empty until a worker has run once. */
    list,

    async find(name: string): Promise<ParameterGroup | undefined> {
      return (await list()).find((group) => group.name === name);
    },
  };
}

export type ParameterGroups = ReturnType<typeof createParameterGroups>;
