import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event } from '../../src/model/event.ts';

test('an event has the words and the category of RDS', () => {
  assert.deepEqual(event('RDS-EVENT-0005'), {
    eventId: 'RDS-EVENT-0005',
    categories: ['creation'],
    message: 'DB instance created',
  });
});

test("the details of an event follow RDS's words", () => {
  assert.equal(event('RDS-EVENT-0031', 'no room').message, 'DB instance put into failed state: no room');
});
