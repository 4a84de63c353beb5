import { accountQuotas } from '../model/account/quotas.ts';
import { optionGroupNotFound } from '../model/errors.ts';
import {
  invalidOptionGroupState,
  optionGroupAlreadyExists,
  optionGroupQuotaExceeded,
} from '../model/group-errors.ts';
import {
  defaultOptionGroups,
  isDefaultOptionGroup,
  type OptionGroup,
} from '../model/option-group/option-group.ts';
import type { Tag } from '../model/tags.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database, Transaction } from './database/client.ts';
import { json, read } from './database/rows.ts';
import type { EngineVersions } from './engine-versions.ts';
import type { OptionGroup as OptionGroupRow } from './generated/client.ts';

function toOptionGroup({ tags, ...columns }: OptionGroupRow): OptionGroup {
  return { ...columns, tags: read<readonly Tag[]>(tags) };
}

/** A group that is about to be made. */
export type NewOptionGroup = Omit<OptionGroup, 'createdAt'>;

async function insert(tx: Transaction, { tags, ...columns }: NewOptionGroup): Promise<OptionGroup> {
  // Two requests at once would otherwise both find room for one more group.
  await tx.$executeRaw`LOCK TABLE option_group IN SHARE ROW EXCLUSIVE MODE`;
  const { name } = columns;
  if (await tx.optionGroup.findUnique({ where: { name } })) throw optionGroupAlreadyExists(name);
  const quota = accountQuotas.OptionGroups;
  if ((await tx.optionGroup.count()) >= quota) throw optionGroupQuotaExceeded(quota);
  const data = { ...columns, tags: json(tags), createdAt: new Date() };
  return toOptionGroup(await tx.optionGroup.create({ data }));
}

function refuseDefault(name: string): void {
  if (!isDefaultOptionGroup(name)) return;
  throw invalidOptionGroupState(
    `The option group '${name}' is a default option group, which cannot be modified, tagged or deleted.`,
  );
}

async function retag(
  tx: Transaction,
  name: string,
  decide: (tags: readonly Tag[]) => readonly Tag[],
): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM option_group WHERE name = ${name} FOR NO KEY UPDATE`;
  const row = await tx.optionGroup.findUnique({ where: { name } });
  if (!row) throw optionGroupNotFound(name);
  await tx.optionGroup.update({ where: { name }, data: { tags: json(decide(toOptionGroup(row).tags)) } });
}

async function remove(tx: Transaction, name: string): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`SELECT 1 FROM option_group WHERE name = ${name} FOR UPDATE`;
  if (found.length === 0) throw optionGroupNotFound(name);
  if ((await tx.instance.count({ where: { optionGroupName: name } })) > 0) {
    throw invalidOptionGroupState(`The option group '${name}' cannot be deleted because it is in use.`);
  }
  await tx.optionGroup.delete({ where: { name } });
}

/**
 * Option groups: those that users made, and the default ones, which follow from the versions that the origin
 * offers and from those that instances have.
 */
export function createOptionGroups(database: Database, engineVersions: EngineVersions) {
  const listDefaults = async (): Promise<OptionGroup[]> => {
    const [offered, used] = await Promise.all([
      engineVersions.list(),
      database.instance.groupBy({ by: 'engineVersion' }),
    ]);
    return defaultOptionGroups([...offered, ...used.map(({ engineVersion }) => engineVersion)]);
  };
  const find = async (name: string): Promise<OptionGroup | undefined> => {
    if (isDefaultOptionGroup(name)) return (await listDefaults()).find((group) => group.name === name);
    const row = await database.optionGroup.findUnique({ where: { name } });
    return row ? toOptionGroup(row) : undefined;
  };
  /** @throws optionGroupNotFound, and invalidOptionGroupState for a default group */
  const requireOwn = async (name: string): Promise<OptionGroup> => {
    const group = await find(name);
    if (!group) throw optionGroupNotFound(name);
    refuseDefault(name);
    return group;
  };
  return {
    /** The default groups and those of users, unordered. */
    async list(): Promise<OptionGroup[]> {
      return [...(await listDefaults()), ...(await database.optionGroup.findMany()).map(toOptionGroup)];
    },

    find,
    requireOwn,

    /** @throws optionGroupAlreadyExists, optionGroupQuotaExceeded */
    create: (group: NewOptionGroup, call: Call<OptionGroup>): Promise<OptionGroup> =>
      database.$transaction((tx) => answerOnce(tx, call, () => insert(tx, group))),

    /**
     * `decide` runs while the group is locked.
     * @throws optionGroupNotFound, and invalidOptionGroupState for a default group
     */
    async changeTags(
      name: string,
      call: Call<void>,
      decide: (tags: readonly Tag[]) => readonly Tag[],
    ): Promise<void> {
      await requireOwn(name);
      await database.$transaction((tx) => answerOnce(tx, call, () => retag(tx, name, decide)));
    },

    /** @throws optionGroupNotFound, and invalidOptionGroupState for a default group and one that is in use */
    async remove(name: string, call: Call<void>): Promise<void> {
      await requireOwn(name);
      await database.$transaction((tx) => answerOnce(tx, call, () => remove(tx, name)));
    },
  };
}

export type OptionGroups = ReturnType<typeof createOptionGroups>;
