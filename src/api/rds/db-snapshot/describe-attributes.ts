import { action } from '../../action.ts';
import { required } from '../db-instance/rules.ts';
import { requireSnapshot } from './named.ts';

/** The accounts that may restore the snapshot. Cornac has one account, so that a snapshot is shared with none. */
export const describeDBSnapshotAttributes = action('DescribeDBSnapshotAttributes', async (input, context) => {
  const named = required('DBSnapshotIdentifier', input.DBSnapshotIdentifier);
  const snapshot = await requireSnapshot(named, context);
  return {
    DBSnapshotAttributesResult: {
      DBSnapshotIdentifier: snapshot.identifier,
      DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [] }],
    },
  };
});
