import type { DescribeDBSnapshotsMessage } from '@aws-sdk/client-rds';
import { refuseBadIdentifier } from '../../../model/db-instance/identifier.ts';
import { isWanted, type SnapshotQuery } from '../../../model/db-snapshot/selection.ts';
import type { SnapshotType } from '../../../model/db-snapshot/snapshot.ts';
import { invalidParameterValue } from '../../../model/errors.ts';
import type { Owner } from '../../../model/owner.ts';
import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { requireSnapshot } from './named.ts';
import { toDBSnapshot } from './view.ts';

const FILTERS = ['db-instance-id', 'db-snapshot-id', 'dbi-resource-id', 'engine', 'snapshot-type'] as const;

const OWN_TYPES: readonly SnapshotType[] = ['automated', 'manual'];
/**
 * Types of snapshots that Cornac never has: snapshots shared by other accounts, and snapshots of AWS Backup.
 */
const OTHER_TYPES = ['awsbackup', 'public', 'shared'];

/**
 * The types of Cornac's snapshots that pass SnapshotType and the filter `snapshot-type`.
 * @throws invalidParameterValue for a SnapshotType that RDS does not have
 */
function readTypes(asked: string | undefined, filtered: ReadonlySet<string> | undefined): Set<SnapshotType> {
  const valid: readonly string[] = [...OWN_TYPES, ...OTHER_TYPES].sort();
  if (asked !== undefined && !valid.includes(asked)) {
    throw invalidParameterValue(`Invalid snapshot type: ${asked}. Valid values: ${valid.join(', ')}.`);
  }
  return new Set(
    OWN_TYPES.filter((type) => (asked === undefined || asked === type) && (filtered?.has(type) ?? true)),
  );
}

/** A member and the filter of the same meaning narrow each other. Undefined lets every value pass. */
function narrow(asked: string | undefined, filtered: Set<string> | undefined): Set<string> | undefined {
  if (asked === undefined) return filtered;
  return new Set(filtered === undefined || filtered.has(asked) ? [asked] : []);
}

/** IncludeShared and IncludePublic add nothing, because no other account shares a snapshot here. */
function readQuery(input: DescribeDBSnapshotsMessage, owner: Owner): SnapshotQuery {
  const filters = readFilters(input.Filters, FILTERS);
  const filteredBy = (name: (typeof FILTERS)[number], read: (text: string) => string | undefined) => {
    const values = filters.get(name);
    return values && new Set([...values].flatMap((text) => read(text) ?? []));
  };
  const types = readTypes(input.SnapshotType, filters.get('snapshot-type'));
  const hasEngine = filters.get('engine')?.has('postgres') ?? true;
  const identifiers = filteredBy('db-snapshot-id', (text) => resourceNameOf('db-snapshot', text, owner));
  if (input.DBInstanceIdentifier !== undefined) {
    refuseBadIdentifier('DBInstanceIdentifier', input.DBInstanceIdentifier);
  }
  const instances = narrow(
    input.DBInstanceIdentifier?.toLowerCase(),
    filteredBy('db-instance-id', (text) => resourceNameOf('db-instance', text, owner)),
  );
  const dbiResourceIds = narrow(
    input.DbiResourceId,
    filteredBy('dbi-resource-id', (text) => text),
  );
  return {
    types: hasEngine ? types : new Set(),
    ...(identifiers && { identifiers }),
    ...(instances && { instances }),
    ...(dbiResourceIds && { dbiResourceIds }),
  };
}

/**
 * Snapshots by identifier. A named snapshot that does not exist is an error. Every other request may find
 * nothing, for example the snapshots of a deleted instance.
 */
export const describeDBSnapshots = action('DescribeDBSnapshots', async (input, context) => {
  const { inventory, owner } = context;
  const request = readPageRequest(input);
  const query = readQuery(input, owner);
  const named = input.DBSnapshotIdentifier;
  if (named !== undefined) {
    const found = await requireSnapshot(named, context);
    return { DBSnapshots: isWanted(found, query) ? [toDBSnapshot(found, owner)] : [] };
  }
  const snapshots = await inventory.snapshots.list(query);
  const { records, marker } = pageOf(snapshots, request, ({ identifier }) => identifier);
  return { Marker: marker, DBSnapshots: records.map((snapshot) => toDBSnapshot(snapshot, owner)) };
});
