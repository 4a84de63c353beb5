import { type DescribeEventsMessage, SourceType } from '@aws-sdk/client-rds';
import { invalidParameterCombination, invalidParameterValue } from '../../../model/errors.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';
import { cutPage, readPageRequest } from '../../request/page.ts';
import { readSpan } from '../../request/time-span.ts';
import { toEvent } from './view.ts';

function readSource({ SourceType: type, SourceIdentifier: identifier }: DescribeEventsMessage) {
  if (type !== undefined && !Object.values(SourceType).includes(type)) {
    throw invalidParameterValue(
      `Invalid source type: ${type}. Valid values: ${Object.values(SourceType).join(', ')}.`,
    );
  }
  if (identifier !== undefined && type === undefined) {
    throw invalidParameterCombination('Cannot specify source identifier without source type');
  }
  return {
    ...(type !== undefined && { sourceType: type }),
    ...(identifier !== undefined && { sourceIdentifier: identifier.toLowerCase() }),
  };
}

function readPosition(after: string): bigint {
  if (!/^\d{1,18}$/.test(after)) throw invalidParameterValue('The parameter Marker is not valid.');
  return BigInt(after);
}

/** Events, oldest first. The events of a deleted instance remain. */
export const describeEvents = action('DescribeEvents', async (input, { inventory, owner }) => {
  refuseFilters(input.Filters);
  const { limit, after } = readPageRequest(input);
  const query = {
    ...readSource(input),
    ...readSpan(input, new Date()),
    ...(after !== undefined && { after: readPosition(after) }),
    categories: input.EventCategories ?? [],
    limit: limit + 1,
  };

  const events = await inventory.listEvents(query);
  const { records, marker } = cutPage(events, limit, ({ id }) => String(id));
  return { Marker: marker, Events: records.map((event) => toEvent(event, owner)) };
});
