import { invalidParameterValue } from '../../../model/errors.ts';
import { eventCategories } from '../../../model/event-categories.ts';
import { checkAll } from '../../../model/refusals.ts';
import { action } from '../../action.ts';
import { refuseFilters } from '../../request/filters.ts';

const sourceTypes = Object.keys(eventCategories);

function refuseOtherSourceType(type: string | undefined): void {
  if (type === undefined || sourceTypes.includes(type)) return;
  throw invalidParameterValue(`Invalid source type: ${type}. Valid values: ${sourceTypes.join(', ')}.`);
}

/** The categories that RDS has, also those of which Cornac records no event: a subscription may name each. */
export const describeEventCategories = action('DescribeEventCategories', async (input) => {
  checkAll({
    filters: () => refuseFilters(input.Filters),
    sourceType: () => refuseOtherSourceType(input.SourceType),
  });
  return {
    EventCategoriesMapList: Object.entries(eventCategories)
      .filter(([type]) => input.SourceType === undefined || type === input.SourceType)
      .map(([SourceType, categories]) => ({ SourceType, EventCategories: [...categories] })),
  };
});
