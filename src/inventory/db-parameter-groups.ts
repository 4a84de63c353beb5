import {
  defaultParameterGroups,
  groupInUse,
  isDefaultGroup,
  type ParameterGroup,
} from '../model/db-parameter-group/parameter-group.ts';
import { dbParameterGroupAlreadyExists, dbParameterGroupNotFound } from '../model/errors.ts';
import type { EventText } from '../model/event.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database, Transaction } from './database/client.ts';
import { isReferenceViolation, isUniqueViolation, json, toParameterGroup } from './database/rows.ts';
import type { EngineVersions } from './engine-versions.ts';
import { recordEvents } from './events.ts';

/** What an API call changes in a group. */
export interface GroupChange extends Partial<Pick<ParameterGroup, 'parameters' | 'tags'>> {
  readonly events?: readonly EventText[];
}

/** The group; no other transaction changes or deletes it until this one ends. Instances may still choose it. */
async function lockGroup(tx: Transaction, name: string): Promise<ParameterGroup> {
  await tx.$queryRaw`SELECT 1 FROM parameter_group WHERE name = ${name} FOR NO KEY UPDATE`;
  const row = await tx.parameterGroup.findUnique({ where: { name } });
  if (!row) throw dbParameterGroupNotFound(name);
  return toParameterGroup(row);
}

/**
 * DB parameter groups. The default ones follow from the versions that the origin offers and from those that
 * instances have: a version is no longer offered after the origin was replaced, while its instances stay.
 */
export function createParameterGroups(database: Database, engineVersions: EngineVersions) {
  const listDefault = async (): Promise<ParameterGroup[]> => {
    const [offered, used] = await Promise.all([
      engineVersions.list(),
      database.instance.groupBy({ by: 'engineVersion' }),
    ]);
    return defaultParameterGroups([...offered, ...used.map(({ engineVersion }) => engineVersion)]);
  };
  return {
    /** The default groups, by major version, then the others. */
    async list(): Promise<ParameterGroup[]> {
      const [defaults, rows] = await Promise.all([listDefault(), database.parameterGroup.findMany()]);
      return [...defaults, ...rows.map(toParameterGroup)];
    },

    async find(name: string): Promise<ParameterGroup | undefined> {
      if (isDefaultGroup(name)) return (await listDefault()).find((group) => group.name === name);
      const row = await database.parameterGroup.findUnique({ where: { name } });
      return row ? toParameterGroup(row) : undefined;
    },

    /** @throws dbParameterGroupAlreadyExists */
    create: (group: ParameterGroup, call: Call<ParameterGroup>): Promise<ParameterGroup> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const { parameters, tags, ...columns } = group;
          const data = { ...columns, parameters: json(parameters), tags: json(tags), createdAt: new Date() };
          await tx.parameterGroup.create({ data }).catch((error) => {
            throw isUniqueViolation(error) ? dbParameterGroupAlreadyExists(group.name) : error;
          });
          return group;
        }),
      ),

    /**
     * Locks the group, lets `decide` choose the change, and writes it.
     * @throws dbParameterGroupNotFound
     */
    change: (
      name: string,
      call: Call<ParameterGroup>,
      decide: (group: ParameterGroup) => GroupChange,
    ): Promise<ParameterGroup> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          const group = await lockGroup(tx, name);
          const { events = [], ...change } = decide(group);
          const { parameters, tags } = change;
          await tx.parameterGroup.update({
            where: { name },
            data: { ...(parameters && { parameters: json(parameters) }), ...(tags && { tags: json(tags) }) },
          });
          await recordEvents(tx, { kind: 'db-parameter-group', name }, events);
          return { ...group, ...change };
        }),
      ),

    /** @throws dbParameterGroupNotFound, groupInUse */
    delete: (name: string, call: Call<void>): Promise<void> =>
      database.$transaction((tx) =>
        answerOnce(tx, call, async () => {
          await lockGroup(tx, name);
          if ((await tx.instance.count({ where: { parameterGroupName: name } })) > 0) throw groupInUse(name);
          await tx.parameterGroup.delete({ where: { name } }).catch((error) => {
            throw isReferenceViolation(error) ? groupInUse(name) : error;
          });
        }),
      ),
  };
}

export type ParameterGroups = ReturnType<typeof createParameterGroups>;
