import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { requireGroup } from './named-group.ts';
import { readSource, showParameters } from './parameter-view.ts';

/** Parameters of a group by name, those of PostgreSQL and of RDS. */
export const describeDBParameters = action('DescribeDBParameters', async (input, { inventory, owner }) => {
  const names = readFilters(input.Filters, ['parameter-name']).get('parameter-name');
  const request = readPageRequest(input);
  const source = readSource(input.Source);
  const group = await requireGroup(input.DBParameterGroupName, { inventory, owner });
  const wanted = showParameters(group).filter(
    ({ ParameterName = '', Source }) =>
      (source === undefined || Source === source) && (names?.has(ParameterName) ?? true),
  );
  const { records, marker } = pageOf(wanted, request, ({ ParameterName = '' }) => ParameterName);
  return { Marker: marker, Parameters: records };
});
