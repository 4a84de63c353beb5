import { readFamily } from '../../../model/db-parameter-group/parameter-group.ts';
import { action } from '../../action.ts';
import { readFilters } from '../../request/filters.ts';
import { pageOf, readPageRequest } from '../../request/page.ts';
import { showParameters } from './parameter-view.ts';

/** The parameters of a family's default group, also where the origin does not offer its version. */
export const describeEngineDefaultParameters = action('DescribeEngineDefaultParameters', async (input) => {
  const names = readFilters(input.Filters, ['parameter-name']).get('parameter-name');
  const request = readPageRequest(input);
  const family = readFamily(input.DBParameterGroupFamily ?? '');
  const wanted = showParameters({ family, parameters: {} }).filter(
    ({ ParameterName = '' }) => names?.has(ParameterName) ?? true,
  );
  const { records, marker } = pageOf(wanted, request, ({ ParameterName = '' }) => ParameterName);
  return { EngineDefaults: { DBParameterGroupFamily: family, Marker: marker, Parameters: records } };
});
