import { accountQuotas } from '../model/account/quotas.ts';
import {
  DEFAULT_SUBNET_GROUP,
  isDefaultSubnetGroup,
  type SubnetGroup,
} from '../model/db-subnet-group/subnet-group.ts';
import { dbSubnetGroupNotFound } from '../model/errors.ts';
import {
  dbSubnetGroupAlreadyExists,
  dbSubnetGroupQuotaExceeded,
  invalidDBSubnetGroupState,
} from '../model/group-errors.ts';
import { answerOnce, type Call } from './calls.ts';
import type { Database, Transaction } from './database/client.ts';
import { json, read } from './database/rows.ts';
import type { DbSubnetGroup } from './generated/client.ts';

function toSubnetGroup({ name, description, subnetIds, tags }: DbSubnetGroup): SubnetGroup {
  return { name, description, subnetIds, tags: read<SubnetGroup['tags']>(tags) };
}

async function insert(tx: Transaction, group: SubnetGroup): Promise<SubnetGroup> {
  // Two requests at once would otherwise both find room for one more group.
  await tx.$executeRaw`LOCK TABLE db_subnet_group IN SHARE ROW EXCLUSIVE MODE`;
  if (await tx.dbSubnetGroup.findUnique({ where: { name: group.name } })) {
    throw dbSubnetGroupAlreadyExists(group.name);
  }
  const quota = accountQuotas.DBSubnetGroups;
  if ((await tx.dbSubnetGroup.count()) >= quota) throw dbSubnetGroupQuotaExceeded(quota);
  const { tags, ...columns } = group;
  await tx.dbSubnetGroup.create({
    data: { ...columns, subnetIds: [...group.subnetIds], tags: json(tags), createdAt: new Date() },
  });
  return group;
}

/** @throws dbSubnetGroupNotFound, invalidDBSubnetGroupState for the default group */
async function readLocked(tx: Transaction, name: string, lock: () => Promise<unknown>): Promise<SubnetGroup> {
  if (isDefaultSubnetGroup({ name })) {
    throw invalidDBSubnetGroupState('The default DB subnet group cannot be modified, tagged or deleted.');
  }
  await lock();
  const row = await tx.dbSubnetGroup.findUnique({ where: { name } });
  if (!row) throw dbSubnetGroupNotFound(name);
  return toSubnetGroup(row);
}

/** What may change of a group. */
export type SubnetGroupPatch = Partial<Omit<SubnetGroup, 'name'>>;

async function update(
  tx: Transaction,
  name: string,
  decide: (group: SubnetGroup) => SubnetGroupPatch,
): Promise<SubnetGroup> {
  // Not FOR UPDATE, which would wait for the change of an instance that is put into the group.
  const group = await readLocked(
    tx,
    name,
    () => tx.$queryRaw`SELECT 1 FROM db_subnet_group WHERE name = ${name} FOR NO KEY UPDATE`,
  );
  const { tags, subnetIds, ...columns } = decide(group);
  const data = {
    ...columns,
    ...(subnetIds && { subnetIds: [...subnetIds] }),
    ...(tags && { tags: json(tags) }),
  };
  return toSubnetGroup(await tx.dbSubnetGroup.update({ where: { name }, data }));
}

async function remove(tx: Transaction, name: string): Promise<void> {
  await readLocked(
    tx,
    name,
    () => tx.$queryRaw`SELECT 1 FROM db_subnet_group WHERE name = ${name} FOR UPDATE`,
  );
  const user = await tx.instance.findFirst({
    where: { dbSubnetGroupName: name },
    orderBy: { identifier: 'asc' },
  });
  if (user) {
    // Words of AWS that Terraform users search for.
    throw invalidDBSubnetGroupState(
      `Cannot delete the subnet group '${name}' because at least one database instance: ${user.identifier} is still using it.`,
    );
  }
  await tx.dbSubnetGroup.delete({ where: { name } });
}

/** DB subnet groups: the default one, and those that users made. */
export function createSubnetGroups(database: Database) {
  return {
    /** By name. */
    async list(): Promise<SubnetGroup[]> {
      return [DEFAULT_SUBNET_GROUP, ...(await database.dbSubnetGroup.findMany()).map(toSubnetGroup)].sort(
        (a, b) => (a.name < b.name ? -1 : 1),
      );
    },

    async find(name: string): Promise<SubnetGroup | undefined> {
      if (isDefaultSubnetGroup({ name })) return DEFAULT_SUBNET_GROUP;
      const row = await database.dbSubnetGroup.findUnique({ where: { name } });
      return row ? toSubnetGroup(row) : undefined;
    },

    /** @throws dbSubnetGroupAlreadyExists, dbSubnetGroupQuotaExceeded */
    create: (group: SubnetGroup, call: Call<SubnetGroup>): Promise<SubnetGroup> =>
      database.$transaction((tx) => answerOnce(tx, call, () => insert(tx, group))),

    /**
     * `decide` runs while the group is locked. Every instance of the group shows the change.
     * @throws dbSubnetGroupNotFound, invalidDBSubnetGroupState for the default group
     */
    change: (
      name: string,
      call: Call<SubnetGroup>,
      decide: (group: SubnetGroup) => SubnetGroupPatch,
    ): Promise<SubnetGroup> =>
      database.$transaction((tx) => answerOnce(tx, call, () => update(tx, name, decide))),

    /** @throws dbSubnetGroupNotFound, invalidDBSubnetGroupState for the default group and one that is in use */
    remove: (name: string, call: Call<void>): Promise<void> =>
      database.$transaction((tx) => answerOnce(tx, call, () => remove(tx, name))),
  };
}

export type SubnetGroups = ReturnType<typeof createSubnetGroups>;
