import { internalFailure } from '../../../model/errors.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { requireInstance } from '../db-instance/named.ts';
import { askForLogs } from './ask.ts';

/** The logs of an instance by name, the oldest first. */
export const describeDBLogFiles = action('DescribeDBLogFiles', async (input, context) => {
  const { page } = checkAll({
    page: () => readPageRequest(input),
    filters: () => refuseFilters(input.Filters),
  });
  const { DBInstanceIdentifier = '', FilenameContains = '', FileLastWritten = 0, FileSize = -1 } = input;
  const instance = await requireInstance(DBInstanceIdentifier, context);
  const answer = await askForLogs(context, instance, { kind: 'list' });
  if (answer.kind !== 'files') throw internalFailure();
  const wanted = answer.files.filter(
    ({ name, bytes, writtenAt }) =>
      name.includes(FilenameContains) && writtenAt >= FileLastWritten && bytes > FileSize,
  );
  const { records, marker } = pageOf(wanted, page, ({ name }) => name);
  return {
    DescribeDBLogFiles: records.map(({ name, bytes, writtenAt }) => ({
      LogFileName: name,
      LastWritten: writtenAt,
      Size: bytes,
    })),
    Marker: marker,
  };
});
