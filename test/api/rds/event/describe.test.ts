import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import type { EventsMessage } from '@aws-sdk/client-rds';
import { createDBInstance } from '../../../../src/api/rds/db-instance/create.ts';
import { describeEvents } from '../../../../src/api/rds/event/describe.ts';
import { toEvent } from '../../../../src/api/rds/event/view.ts';
import { event } from '../../../../src/model/event.ts';
import { operationRef } from '../../../../src/model/operation/operation.ts';
import { ownerIn, startTestApi, WALK_THROUGH } from '../../../support/api/api.ts';

const api = await startTestApi();
after(() => api.close());

for (const name of ['one', 'two']) {
  await api.call(createDBInstance, { ...WALK_THROUGH, DBInstanceIdentifier: name });
  const events = [event('RDS-EVENT-0005'), event('RDS-EVENT-0012')];
  const call = { requestId: 'test' };
  await api.inventory.instances.change({ identifier: name }, call, () => ({ events }));
}

function describe(input: object) {
  return api.call<EventsMessage>(describeEvents, input);
}
async function told(input: object) {
  return (await describe(input)).Events?.map((each) => `${each.SourceIdentifier}: ${each.EventCategories}`);
}
function source(name: string) {
  return { SourceType: 'db-instance', SourceIdentifier: name };
}

test("an event has RDS's members", async () => {
  const { Events = [] } = await describe(source('one'));
  const [{ Date: date, ...first } = {}] = Events;
  assert.ok(date instanceof Date);
  assert.deepEqual(first, {
    SourceIdentifier: 'one',
    SourceType: 'db-instance',
    Message: 'DB instance created',
    EventCategories: ['creation'],
    SourceArn: 'arn:aws:rds:local:123456789012:db:one',
  });
});

const all = ['one: creation', 'one: configuration change', 'two: creation', 'two: configuration change'];
for (const [input, expected] of [
  [{}, all],
  [{ SourceType: 'db-instance' }, all],
  [{ Duration: 14 * 24 * 60 }, all],
  [{ StartTime: new Date(Date.now() - 60_000) }, all],
  [source('TWO'), all.slice(2)],
  [{ EventCategories: ['creation'] }, ['one: creation', 'two: creation']],
  [{ EventCategories: ['creation', 'configuration change'] }, all],
  [{ EventCategories: ['backup'] }, []],
  [{ EventCategories: [] }, all],
  [source('nobody'), []],
  [{ SourceType: 'db-snapshot' }, []],
  [{ EndTime: new Date(Date.now() - 3_600_000) }, []],
  // The first and the last time that a request can name.
  [{ EndTime: new Date('0001-01-01T00:00:00Z') }, []],
  [{ StartTime: new Date('0001-01-01T00:00:00Z'), EndTime: new Date('9999-12-31T23:59:59.999Z') }, all],
  [{ StartTime: new Date('9999-12-31T23:59:59.999Z'), Duration: 20_160 }, []],
] as const) {
  test(`events by ${JSON.stringify(input)}`, async () => assert.deepEqual(await told(input), expected));
}

test('pages lead through events, oldest first, each once', async () => {
  const note = (index: number) => event('CORNAC-EVENT-NOTE', String(index));
  const events = Array.from({ length: 45 }, (_, index) => note(index));
  await api.inventory.instances.change({ identifier: 'one' }, { requestId: 'test' }, () => ({ events }));

  const seen: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const query = { ...source('one'), EventCategories: ['notification'], MaxRecords: 20 };
    const page = await describe({ ...query, ...(Marker && { Marker }) });
    seen.push(...(page.Events ?? []).map(({ Message }) => Message));
    Marker = page.Marker;
  } while (Marker);
  assert.deepEqual(
    seen,
    events.map(({ message }) => message),
  );
});

for (const [input, code] of [
  [{ SourceIdentifier: 'one' }, 'InvalidParameterCombination'],
  [{ SourceType: 'db-tape' }, 'InvalidParameterValue'],
  [{ Duration: 0 }, 'InvalidParameterValue'],
  [{ StartTime: new Date(2), EndTime: new Date(1) }, 'InvalidParameterCombination'],
  [{ Filters: [{ Name: 'x', Values: [] }] }, 'InvalidParameterValue'],
  [{ Marker: 'x' }, 'InvalidParameterValue'],
  [{ Marker: Buffer.from('after:x').toString('base64url') }, 'InvalidParameterValue'],
  [{ MaxRecords: 5 }, 'InvalidParameterValue'],
] as const) {
  test(`events are refused: ${JSON.stringify(input)}`, async () => assert.rejects(describe(input), { code }));
}

test('a source without its type is refused in the words of RDS', async () => {
  await assert.rejects(describe({ SourceIdentifier: 'one' }), {
    message: 'Cannot specify source identifier without source type',
  });
});

test('a message longer than an index row is recorded once', async () => {
  const operation = await api.findOperation('two');
  assert.ok(operation);
  const ref = operationRef(operation);
  // Random bytes, because PostgreSQL compresses the values of an index.
  const long = event('CORNAC-EVENT-NOTE', randomBytes(3_000).toString('hex'));
  await api.inventory.operations.succeed(ref, { status: 'available', events: [long, long] });
  const { Events = [] } = await describe(source('two'));
  assert.equal(Events.filter(({ Message }) => Message === long.message).length, 1);
});

test('events of other kinds of resources have the ARN of their kind', async () => {
  const at = { id: 1n, date: new Date(0), eventId: 'RDS-EVENT-0042', categories: ['creation'], message: '' };
  const arnOf = (sourceType: string) =>
    toEvent({ ...at, sourceType, sourceIdentifier: 'x' }, ownerIn('local')).SourceArn;
  assert.equal(arnOf('db-snapshot'), 'arn:aws:rds:local:123456789012:snapshot:x');
  assert.equal(arnOf('db-parameter-group'), 'arn:aws:rds:local:123456789012:pg:x');
  assert.equal(arnOf('db-proxy'), undefined);
});
