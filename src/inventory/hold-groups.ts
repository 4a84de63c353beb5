import { dbSubnetGroupNotFound, optionGroupNotFound } from '../model/errors.ts';
import type { Transaction } from './database/client.ts';
import type { InstancePatch } from './database/rows.ts';

async function holdSubnetGroup(tx: Transaction, name: string): Promise<void> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT 1 FROM db_subnet_group WHERE name = ${name} FOR KEY SHARE`;
  if (rows.length === 0) throw dbSubnetGroupNotFound(name);
}

async function holdOptionGroup(tx: Transaction, name: string): Promise<void> {
  const rows = await tx.$queryRaw<object[]>`SELECT 1 FROM option_group WHERE name = ${name} FOR KEY SHARE`;
  if (rows.length === 0) throw optionGroupNotFound(name);
}

/**
 * Keeps the groups of an instance from being deleted until the transaction ends, which writes references to them.
 * The request has read them before, and another request may have deleted them since.
 * @throws dbSubnetGroupNotFound, optionGroupNotFound
 */
export async function holdGroups(
  tx: Transaction,
  { dbSubnetGroup, optionGroupName }: Pick<InstancePatch, 'dbSubnetGroup' | 'optionGroupName'>,
): Promise<void> {
  if (dbSubnetGroup) await holdSubnetGroup(tx, dbSubnetGroup.name);
  if (typeof optionGroupName === 'string') await holdOptionGroup(tx, optionGroupName);
}
