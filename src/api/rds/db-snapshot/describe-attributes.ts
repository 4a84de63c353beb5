import { dbSnapshotNotFound } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { resourceNameOf } from '../../request/resource-name.ts';
import { required } from '../db-instance/rules.ts';

/** The accounts that may restore the snapshot. Cornac has one account, so that a snapshot is shared with none. */
export const describeDBSnapshotAttributes = action(
  'DescribeDBSnapshotAttributes',
  async (input, { inventory, owner }) => {
    const named = required('DBSnapshotIdentifier', input.DBSnapshotIdentifier);
    const name = resourceNameOf('db-snapshot', named, owner);
    const snapshot = name === undefined ? undefined : await inventory.snapshots.find({ identifier: name });
    if (!snapshot) throw dbSnapshotNotFound(named);
    return {
      DBSnapshotAttributesResult: {
        DBSnapshotIdentifier: snapshot.identifier,
        DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: [] }],
      },
    };
  },
);
