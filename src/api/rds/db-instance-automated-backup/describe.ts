import type {
  DBInstanceAutomatedBackup,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds';
import type { Inventory } from '../../../inventory/inventory.ts';
import { groupByInstance } from '../../../model/db-snapshot/snapshot.ts';
import { dbInstanceAutomatedBackupNotFound } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { toAutomatedBackup, toRetainedBackup } from './view.ts';

const FILTERS = ['db-instance-id', 'dbi-resource-id', 'status'] as const;

/** All automated backups: one of each instance that has a retention period, and those of instances that are gone. */
async function listBackups(
  { instances, snapshots, retainedBackups }: Pick<Inventory, 'instances' | 'snapshots' | 'retainedBackups'>,
  owner: Owner,
): Promise<DBInstanceAutomatedBackup[]> {
  // Instances first: one that goes meanwhile is then in one of the lists, or in both.
  const all = await instances.list();
  const [retained, automated] = await Promise.all([
    retainedBackups.list(),
    snapshots.list({ types: new Set(['automated']) }),
  ]);
  const existing = new Set(all.map(({ dbiResourceId }) => dbiResourceId));
  const byInstance = groupByInstance(automated);
  const ownOf = (dbiResourceId: string) => byInstance.get(dbiResourceId) ?? [];
  return [
    ...all
      .filter(({ backupRetentionPeriod = 0 }) => backupRetentionPeriod > 0)
      .map((instance) => toAutomatedBackup(instance, ownOf(instance.dbiResourceId), owner)),
    ...retained
      .filter(({ instance }) => !existing.has(instance.dbiResourceId))
      .map((each) => toRetainedBackup(each, ownOf(each.instance.dbiResourceId), owner)),
  ];
}

/** What the members of the request name, beside its filters. */
function named(input: DescribeDBInstanceAutomatedBackupsMessage): (readonly [string, string])[] {
  const { DBInstanceAutomatedBackupsArn: arn, DbiResourceId: id, DBInstanceIdentifier: name } = input;
  return [
    ...(arn === undefined ? [] : [['DBInstanceAutomatedBackupsArn', arn.toLowerCase()] as const]),
    ...(id === undefined ? [] : [['DbiResourceId', id] as const]),
    ...(name === undefined ? [] : [['DBInstanceIdentifier', name.toLowerCase()] as const]),
  ];
}

/**
 * The automated backups of instances, by the identifiers of the instances, of which one that is gone may have had the same.
 * @throws a fault where the request names a backup, and there is none
 */
export const describeDBInstanceAutomatedBackups = action(
  'DescribeDBInstanceAutomatedBackups',
  async (input, { inventory, owner }) => {
    const { page, filters } = checkAll({
      page: () => readPageRequest(input),
      filters: () => readFilters(input.Filters, FILTERS),
    });
    const members = named(input);
    const found = (await listBackups(inventory, owner)).filter((backup) => {
      const values = new Map<string, unknown>(Object.entries(backup));
      return members.every(([member, text]) => {
        const value = String(values.get(member));
        return member === 'DbiResourceId' ? value === text : value.toLowerCase() === text;
      });
    });
    const [first] = members;
    if (first && found.length === 0) throw dbInstanceAutomatedBackupNotFound(first[1]);

    const identifiers = filters.get('db-instance-id');
    const names =
      identifiers && new Set([...identifiers].map((text) => resourceNameOf('db-instance', text, owner)));
    const passing = found.filter(
      ({ DBInstanceIdentifier: name, DbiResourceId: id = '', Status: status = '' }) =>
        (names?.has(name) ?? true) &&
        (filters.get('dbi-resource-id')?.has(id) ?? true) &&
        (filters.get('status')?.has(status) ?? true),
    );
    const { records, marker } = pageOf(
      passing,
      page,
      ({ DBInstanceIdentifier: name, DbiResourceId: id }) => `${name} ${id}`,
    );
    return { Marker: marker, DBInstanceAutomatedBackups: records };
  },
);
