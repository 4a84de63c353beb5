import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOperations, type World } from './check-operations.ts';
import type { Action, Asked, Call, Seen, Told } from './journal.ts';

const created: Asked = { dbInstanceClass: 'db.t2.micro', allocatedStorage: 5, password: 'first' };

/** A call that was sent at `at` and took 10 ms. */
function call(action: Action, at: number, asked: Asked = {}, more: Partial<Call> = {}): Call {
  return {
    ...{ client: 'boto3', action, identifier: 'a', resource: 'db-A', asked },
    ...{ sentAt: at, answeredAt: at + 10, outcome: 'acknowledged' },
    ...more,
  };
}
function told(date: number, message: string, identifier = 'a'): Told {
  return { identifier, date, message };
}
const server = { password: 'first', maxConnections: 112, startedAt: 50 };
function seen(more: Partial<Seen> = {}): Seen {
  return {
    ...{ identifier: 'a', resource: 'db-A', status: 'available' },
    ...{ dbInstanceClass: 'db.t2.micro', allocatedStorage: 5, tags: {}, server },
    ...more,
  };
}

/** The world after one create. */
const plain: World = {
  calls: [call('CreateDBInstance', 0, created)],
  events: [told(40, 'DB instance created')],
  instances: [seen()],
  machines: ['a'],
};
function world(more: Partial<World>): World {
  return { ...plain, ...more };
}
/** The plain world after more calls and events. */
function later(calls: Call[], events: Told[], more: Partial<World> = {}): World {
  return world({ ...more, calls: [...plain.calls, ...calls], events: [...plain.events, ...events] });
}
function check(given: World) {
  const { lost, doubled } = checkOperations(given);
  return { lost, doubled };
}
const fine = { lost: [], doubled: [] };

test('calls with their effects give no finding', () => {
  assert.deepEqual(checkOperations(plain), { acknowledged: 1, ...fine });
  const reboot = later([call('RebootDBInstance', 100)], [told(120, 'DB instance restarted')], {
    instances: [seen({ server: { ...server, startedAt: 115 } })],
  });
  assert.deepEqual(check(reboot), fine);
});

test('an acknowledged create without an instance is lost', () => {
  const { lost } = check(world({ instances: [], machines: [], events: [] }));
  assert.equal(lost.length, 2);
  assert.match(lost.join(), /^CreateDBInstance of a by boto3 .*,a \(db-A\) is not there$/);
});

test('an operation without an event is lost', () => {
  const { lost, doubled } = check(later([call('RebootDBInstance', 100)], []));
  assert.match(lost.join(), /^RebootDBInstance of a/);
  assert.deepEqual(doubled, []);
});

test('an event from before the call does not count for the call', () => {
  const { lost } = check(later([call('RebootDBInstance', 100)], [told(99, 'DB instance restarted')]));
  assert.match(lost.join(), /^RebootDBInstance of a/);
});

test('two calls need two events', () => {
  const calls = [call('RebootDBInstance', 100), call('RebootDBInstance', 200)];
  const instances = [seen({ server: { ...server, startedAt: 230 } })];
  assert.equal(check(later(calls, [told(250, 'DB instance restarted')], { instances })).lost.length, 1);
});

test('an event with the reason of the failure counts as the end of the call', () => {
  const events = [told(120, 'Note: rebootDbInstance did not succeed: the disk is full')];
  assert.deepEqual(check(later([call('RebootDBInstance', 100)], events)), fine);
  // A failure event of another operation does not count.
  const other = [told(120, 'Note: stopDbInstance did not succeed: the disk is full')];
  assert.equal(check(later([call('RebootDBInstance', 100)], other)).lost.length, 1);
});

test('a restart that did not happen is lost, despite its event', () => {
  const { lost } = check(later([call('RebootDBInstance', 100)], [told(120, 'DB instance restarted')]));
  assert.deepEqual(lost, ['a was not restarted since the reboot that was acknowledged']);
});

test('an operation that a deletion overtakes needs no event', () => {
  const calls = [call('RebootDBInstance', 100), call('DeleteDBInstance', 120)];
  const gone = later(calls, [told(150, 'DB instance deleted')], { instances: [], machines: [] });
  assert.deepEqual(check(gone), fine);
});

test('a deletion without effect is lost', () => {
  const { lost } = check(later([call('DeleteDBInstance', 100)], [told(150, 'DB instance deleted')]));
  assert.deepEqual(lost, ['a was deleted and still exists']);
  assert.equal(check(later([call('DeleteDBInstance', 100)], [])).lost.length, 1);
});

test('two successes of one call are reported as doubled', () => {
  const events = [told(120, 'DB instance restarted'), told(130, 'DB instance restarted')];
  const { doubled } = check(later([call('RebootDBInstance', 100)], events));
  assert.match(doubled.join(), /DB instance restarted/);
});

test('a call without an answer may have been done once', () => {
  const unanswered = call('RebootDBInstance', 100, {}, { outcome: 'unanswered' });
  const once = [told(120, 'DB instance restarted')];
  assert.deepEqual(check(later([unanswered], [])), fine);
  assert.deepEqual(check(later([unanswered], once)), fine);
  assert.equal(check(later([unanswered], [...once, told(130, 'DB instance restarted')])).doubled.length, 1);
});

test('a refused call that was done is reported', () => {
  const refused = call('StopDBInstance', 100, {}, { outcome: 'refused' });
  assert.equal(check(later([refused], [told(120, 'DB instance stopped')])).doubled.length, 1);
});

test('two instances of one name, two machines of one instance, and a missing machine are reported', () => {
  const twice = check(world({ instances: [seen(), seen({ resource: 'db-B' })] })).doubled;
  assert.deepEqual(twice, ['a: never requested', 'a: 2 instances']);
  assert.deepEqual(check(world({ machines: ['a', 'a'] })).doubled, ['a: 2 machines']);
  assert.deepEqual(check(world({ machines: [] })).doubled, ['a: 0 machines']);
  assert.deepEqual(check(world({ machines: ['a', 'b'] })).doubled, ['b: a machine of no instance']);
});

test('an instance whose creation failed may have no machine', () => {
  const events = [told(40, 'DB instance put into failed state: createDbInstance did not succeed: full')];
  const failed = seen({ status: 'failed', server: undefined });
  assert.deepEqual(check(world({ events, instances: [failed], machines: [] })), fine);
  // Without an event with the reason the instance counts as lost.
  assert.equal(check(world({ instances: [failed] })).lost.length, 1);
});

const toSmall = call('ModifyDBInstance', 100, { dbInstanceClass: 'db.t2.small' });
const isSmall = told(130, 'Finished applying modification to DB instance class: db.t2.small');
const small = seen({ dbInstanceClass: 'db.t2.small', server: { ...server, maxConnections: 225 } });

test('the class of the last acknowledged call holds, also in the server', () => {
  assert.deepEqual(check(later([toSmall], [isSmall], { instances: [small] })), fine);
  assert.deepEqual(check(later([toSmall], [isSmall])).lost, [
    'a has class db.t2.micro, expected: db.t2.small',
  ]);
  const unchanged = [{ ...small, server }];
  assert.deepEqual(check(later([toSmall], [isSmall], { instances: unchanged })).lost, [
    'a has max_connections 112, and its class db.t2.small is 225',
  ]);
});

test('a modification that failed with a reason leaves the old or the new value', () => {
  const events = [told(130, 'Note: modifyDbInstance did not succeed: full')];
  assert.deepEqual(check(later([toSmall], events)), fine);
  assert.deepEqual(check(later([toSmall], events, { instances: [small] })), fine);
});

test('a modification to the present value needs no event', () => {
  assert.deepEqual(
    check(later([call('ModifyDBInstance', 100, { dbInstanceClass: 'db.t2.micro' })], [])),
    fine,
  );
  assert.equal(check(later([toSmall], [])).lost.length, 1);
});

test('storage and password of the last acknowledged call hold', () => {
  const both = call('ModifyDBInstance', 100, { allocatedStorage: 6, password: 'second' });
  const events = [
    told(130, 'Finished applying modification to allocated storage: 6 GiB'),
    told(130, 'Reset master credentials'),
  ];
  const changed = seen({ allocatedStorage: 6, server: { ...server, password: 'second' } });
  assert.deepEqual(check(later([both], events, { instances: [changed] })), fine);
  assert.deepEqual(check(later([both], events)).lost, [
    'a has 5 GiB, expected: 6',
    'a does not let in the password that was acknowledged last',
  ]);
});

test('tags of the last acknowledged call hold', () => {
  const calls = [
    call('AddTagsToResource', 100, { tags: { owner: 'one' } }),
    call('AddTagsToResource', 120, { tags: { owner: 'two' } }),
  ];
  const tagged = (tags: Record<string, string>) => ({ instances: [seen({ tags })] });
  assert.deepEqual(check(later(calls, [], tagged({ owner: 'two' }))), fine);
  assert.deepEqual(check(later(calls, [], tagged({ owner: 'one' }))).lost, [
    'a has tag owner one, expected: two',
  ]);
  const removal = call('RemoveTagsFromResource', 140, { tags: { owner: null } });
  assert.deepEqual(check(later([...calls, removal], [], tagged({}))), fine);
  assert.equal(check(later([...calls, removal], [], tagged({ owner: 'two' }))).lost.length, 1);
});

test('of two overlapping calls either may have been the last', () => {
  const slow = call('AddTagsToResource', 100, { tags: { owner: 'one' } }, { answeredAt: 200 });
  const quick = call('AddTagsToResource', 120, { tags: { owner: 'two' } });
  for (const owner of ['one', 'two']) {
    assert.deepEqual(check(later([slow, quick], [], { instances: [seen({ tags: { owner } })] })), fine);
  }
});

test('a stopped instance is stopped, and a started one available', () => {
  const stop = [call('StopDBInstance', 100), told(130, 'DB instance stopped')] as const;
  const stopped = seen({ status: 'stopped', server: undefined });
  assert.deepEqual(check(later([stop[0]], [stop[1]], { instances: [stopped] })), fine);
  assert.deepEqual(check(later([stop[0]], [stop[1]])).lost, ['a is available, expected: stopped']);
  const start = [call('StartDBInstance', 200), told(230, 'DB instance started')] as const;
  assert.deepEqual(check(later([stop[0], start[0]], [stop[1], start[1]])), fine);
});

test('a name that is used again is a new instance', () => {
  const again = world({
    calls: [
      ...plain.calls,
      call('DeleteDBInstance', 100),
      call('CreateDBInstance', 200, created, { resource: 'db-B' }),
    ],
    events: [...plain.events, told(150, 'DB instance deleted'), told(240, 'DB instance created')],
    instances: [seen({ resource: 'db-B' })],
  });
  assert.deepEqual(check(again), fine);
});

test('an event of a new instance does not count for an earlier one of its name', () => {
  const calls = [
    call('CreateDBInstance', 0, created),
    call('DeleteDBInstance', 20),
    call('CreateDBInstance', 100, created, { resource: 'db-B' }),
  ];
  const overtaken = world({
    calls,
    events: [told(60, 'DB instance deleted'), told(140, 'DB instance created')],
    instances: [seen({ resource: 'db-B' })],
  });
  assert.deepEqual(check(overtaken), fine);
  const { lost } = check({ ...overtaken, events: [told(140, 'DB instance created')] });
  assert.match(lost.join(), /^DeleteDBInstance of a/);
});
