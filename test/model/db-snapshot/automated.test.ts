import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { automatedIdentifier, findExpired, isBackupDue } from '../../../src/model/db-snapshot/automated.ts';
import type { SnapshotStatus } from '../../../src/model/db-snapshot/status.ts';
import { newInstance } from '../../support/inventory.ts';

/** An instance with a backup window of half an hour at midnight. */
function keeping(backupRetentionPeriod: number) {
  return newInstance('kept', { backupRetentionPeriod });
}
function made(createdAt: string, status: SnapshotStatus = 'available') {
  return { status, createdAt: new Date(createdAt) };
}

test('an automated snapshot has the name that RDS gives it', () => {
  const name = automatedIdentifier('orders', new Date('2026-03-04T05:06:59.999Z'));
  assert.equal(name, 'rds:orders-2026-03-04-05-06');
});

describe('a backup is due', () => {
  const cases: [string, number, ReturnType<typeof made>[], string, boolean][] = [
    ['never without a retention period', 0, [], '2026-11-26T00:10:00Z', false],
    ['at once where none was made', 7, [], '2026-11-26T13:00:00Z', true],
    [
      'again where the first one failed',
      7,
      [made('2026-11-26T12:00:00Z', 'failed')],
      '2026-11-26T13:00:00Z',
      true,
    ],
    [
      'not while one is being made',
      7,
      [made('2026-11-26T12:59:00Z', 'creating')],
      '2026-11-26T13:00:00Z',
      false,
    ],
    ['when the window opens', 7, [made('2026-11-25T00:12:00Z')], '2026-11-26T00:00:00Z', true],
    ['once in a window', 7, [made('2026-11-26T00:00:30Z')], '2026-11-26T00:29:59Z', false],
    ['in no other part of the day', 7, [made('2026-11-24T00:12:00Z')], '2026-11-26T00:30:00Z', false],
  ];
  for (const [name, days, automated, now, due] of cases) {
    test(name, () => assert.equal(isBackupDue(keeping(days), automated, new Date(now)), due));
  }

  test('in a window that runs past midnight, once', () => {
    const instance = keeping(7);
    const settings = { ...instance.settings, preferredBackupWindow: '23:45-00:15' };
    const isDue = (last: string) =>
      isBackupDue({ ...instance, settings }, [made(last)], new Date('2026-11-26T00:05:00Z'));
    assert.equal(isDue('2026-11-25T23:46:00Z'), false);
    assert.equal(isDue('2026-11-25T00:05:00Z'), true);
  });
});

describe('of the automated snapshots there expire', () => {
  const days = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'];
  const daily = days.map((day) => made(`${day}T00:10:00Z`));
  const now = new Date('2026-11-26T12:00:00Z');

  test('those that no moment of the retention period needs', () => {
    // Two days before is the 24th at noon: the backup of that day restores to it.
    assert.deepEqual(findExpired(daily, keeping(2), now), daily.slice(0, 2));
    assert.deepEqual(findExpired(daily, keeping(35), now), []);
  });

  test('all of an instance that keeps none, or that is gone', () => {
    assert.deepEqual(findExpired(daily, keeping(0), now), daily);
    assert.deepEqual(findExpired(daily, undefined, now), daily);
  });

  test('those that failed, and none that is being made or removed', () => {
    const failed = made('2026-11-26T11:00:00Z', 'failed');
    const others = [made('2026-11-20T00:10:00Z', 'deleting'), made('2026-11-26T11:59:00Z', 'creating')];
    assert.deepEqual(findExpired([failed, ...others], keeping(1), now), [failed]);
    assert.deepEqual(findExpired(others, undefined, now), []);
  });

  test('never the last one, however old it is', () => {
    assert.deepEqual(findExpired(daily.slice(0, 1), keeping(1), now), []);
  });
});
