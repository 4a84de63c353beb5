import { dbSubnetGroupNotFound } from '../model/errors.ts';
import type { Transaction } from './database/client.ts';
import type { InstancePatch } from './database/rows.ts';

/**
 * Keeps the groups of an instance from being deleted until the transaction ends, which writes references to them.
 * The request has read them before, and another request may have deleted them since.
 * @throws dbSubnetGroupNotFound
 */
export async function holdGroups(
  tx: Transaction,
  { dbSubnetGroup }: Pick<InstancePatch, 'dbSubnetGroup'>,
): Promise<void> {
  if (!dbSubnetGroup) return;
  const { name } = dbSubnetGroup;
  const found = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM db_subnet_group WHERE name = ${name} FOR KEY SHARE`;
  if (found.length === 0) throw dbSubnetGroupNotFound(name);
}
