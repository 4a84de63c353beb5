import type { DescribeDBSnapshotsMessage } from '@aws-sdk/client-rds';
import { isWanted, type SnapshotQuery } from '../../../model/db-snapshot/selection.ts';
import type { SnapshotType } from '../../../model/db-snapshot/snapshot.ts';
import { dbSnapshotNotFound, invalidParameterValue } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { type Owner, resourceNameOf } from '../../request/resource-name.ts';
import { toDBSnapshot } from './view.ts';

const FILTERS = ['db-instance-id', 'db-snapshot-id', 'dbi-resource-id', 'engine', 'snapshot-type'] as const;

const OWN_TYPES: readonly SnapshotType[] = ['automated', 'manual'];
/** Types of snapshots that only others have: those shared by other accounts, and those of AWS Backup. */
const OTHER_TYPES = ['awsbackup', 'public', 'shared'];

function intersect<T>(left: ReadonlySet<T>, right: ReadonlySet<T> | undefined): ReadonlySet<T> {
  return right ? new Set([...left].filter((each) => right.has(each))) : left;
}

/** @throws invalidParameterValue */
function readTypes(asked: string | undefined): ReadonlySet<SnapshotType> {
  const own = OWN_TYPES.filter((type) => asked === undefined || asked === type);
  if (asked !== undefined && own.length === 0 && !OTHER_TYPES.includes(asked)) {
    throw invalidParameterValue(
      `Invalid snapshot type: ${asked}. Valid values: ${[...OWN_TYPES, ...OTHER_TYPES].sort().join(', ')}.`,
    );
  }
  return new Set(own);
}

/** Members and filters of one kind narrow each other. IncludeShared and IncludePublic add nothing: there are none. */
function readQuery(input: DescribeDBSnapshotsMessage, owner: Owner): SnapshotQuery {
  const filters = readFilters(input.Filters, FILTERS);
  const filtered = (name: (typeof FILTERS)[number], read: (text: string) => string | undefined) => {
    const values = filters.get(name);
    return values && new Set([...values].flatMap((text) => read(text) ?? []));
  };
  const narrow = (asked: string | undefined, values: ReadonlySet<string> | undefined) =>
    asked === undefined ? values : intersect(new Set([asked]), values);

  const types: ReadonlySet<string> = filters.get('snapshot-type') ?? new Set(OWN_TYPES);
  const isOtherEngine = filters.get('engine')?.has('postgres') === false;
  const identifiers = filtered('db-snapshot-id', (text) => resourceNameOf('db-snapshot', text, owner));
  const instances = narrow(
    input.DBInstanceIdentifier?.toLowerCase(),
    filtered('db-instance-id', (text) => resourceNameOf('db-instance', text, owner)),
  );
  const dbiResourceIds = narrow(input.DbiResourceId, filters.get('dbi-resource-id'));
  return {
    types: isOtherEngine
      ? new Set()
      : intersect(readTypes(input.SnapshotType), types as ReadonlySet<SnapshotType>),
    ...(identifiers && { identifiers }),
    ...(instances && { instances }),
    ...(dbiResourceIds && { dbiResourceIds }),
  };
}

/**
 * Snapshots by identifier. A single one that is asked for and not there is an error, all other questions may find
 * nothing, such as that for the snapshots of an instance that is gone.
 */
export const describeDBSnapshots = action('DescribeDBSnapshots', async (input, { inventory, config }) => {
  const request = readPageRequest(input);
  const query = readQuery(input, config);
  const named = input.DBSnapshotIdentifier;
  if (named !== undefined) {
    const name = resourceNameOf('db-snapshot', named, config);
    const found = name === undefined ? [] : await inventory.snapshots.list({ identifiers: new Set([name]) });
    if (found.length === 0) throw dbSnapshotNotFound(named);
    const wanted = found.filter((snapshot) => isWanted(snapshot, query));
    return { DBSnapshots: wanted.map((snapshot) => toDBSnapshot(snapshot, config)) };
  }
  const snapshots = await inventory.snapshots.list(query);
  const { records, marker } = pageOf(snapshots, request, ({ identifier }) => identifier);
  return { Marker: marker, DBSnapshots: records.map((snapshot) => toDBSnapshot(snapshot, config)) };
});
