import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type EventCategoriesMessage, SourceType } from '@aws-sdk/client-rds';
import { describeEventCategories } from '../../../../src/api/rds/event/describe-categories.ts';
import { event, eventIds } from '../../../../src/model/event.ts';
import { eventCategories } from '../../../../src/model/event-categories.ts';
import { startTestApi } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

async function listed(input: object) {
  const { EventCategoriesMapList = [] } = await api.call<EventCategoriesMessage>(
    describeEventCategories,
    input,
  );
  return EventCategoriesMapList;
}

test('without a source type the categories of every source type are listed', async () => {
  const types = (await listed({})).map((each) => each.SourceType);
  assert.deepEqual(types, Object.keys(eventCategories));
  for (const type of types) assert.ok(Object.values<unknown>(SourceType).includes(type), type);
});

test('with a source type only its categories are listed', async () => {
  assert.deepEqual(await listed({ SourceType: 'db-snapshot' }), [
    { SourceType: 'db-snapshot', EventCategories: ['creation', 'deletion', 'notification', 'restoration'] },
  ]);
});

test('every event that Cornac records has a category of an instance', () => {
  for (const id of eventIds) {
    const [category = ''] = event(id).categories;
    assert.ok(eventCategories['db-instance']?.includes(category), `${id}: ${category}`);
  }
});

for (const [input, words] of [
  [{ SourceType: 'instance' }, /^Invalid source type: instance\. Valid values: db-instance, /],
  [{ Filters: [{ Name: 'x', Values: ['y'] }] }, /^Unrecognized filter name: x$/],
] as const) {
  test(`refused: ${JSON.stringify(input)}`, async () => {
    await assert.rejects(listed(input), { code: 'InvalidParameterValue', message: words });
  });
}
