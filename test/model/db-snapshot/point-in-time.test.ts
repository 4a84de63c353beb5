import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { choosePointInTime, restoreWindowOf } from '../../../src/model/db-snapshot/point-in-time.ts';
import { newInstance } from '../../support/inventory.ts';
import { newSnapshot } from '../../support/snapshots.ts';

const latestRestorableAt = new Date('2026-11-26T12:00:00Z');
const instance = newInstance('timed', { backupRetentionPeriod: 2, latestRestorableAt });
const automated = [
  newSnapshot('second', { createdAt: new Date('2026-11-26T00:10:00Z') }),
  newSnapshot('first', { createdAt: new Date('2026-11-25T00:10:00Z') }),
  newSnapshot('broken', { createdAt: new Date('2026-11-26T06:00:00Z'), status: 'failed' }),
  newSnapshot('making', { createdAt: new Date('2026-11-26T11:00:00Z'), status: 'creating' }),
];
function chosen(time?: string) {
  const { snapshot, time: at } = choosePointInTime(instance, automated, time ? new Date(time) : undefined);
  return [snapshot.identifier, at.toISOString()];
}

describe('a restore to a point in time', () => {
  test('is from the last backup that ended before it', () => {
    assert.deepEqual(chosen('2026-11-25T23:00:00Z'), ['first', '2026-11-25T23:00:00.000Z']);
    assert.deepEqual(chosen('2026-11-26T11:30:00Z'), ['second', '2026-11-26T11:30:00.000Z']);
  });

  test('is from the backup before, for a time in the second in which a backup ended', () => {
    assert.equal(chosen('2026-11-26T00:10:00.999Z')[0], 'first');
    assert.equal(chosen('2026-11-26T00:10:01Z')[0], 'second');
  });

  test('is to the latest time where it names none', () => {
    assert.deepEqual(chosen(), ['second', '2026-11-26T12:00:00.000Z']);
  });

  test('is refused outside the window, whose bounds it names', () => {
    const window = /from 2026-11-25T00:10:01\.000Z to 2026-11-26T12:00:00\.000Z\.$/;
    for (const time of ['2026-11-25T00:10:00.999Z', '2026-11-26T12:00:00.001Z']) {
      assert.throws(() => chosen(time), { code: 'InvalidRestoreFault', message: window });
    }
    assert.equal(chosen('2026-11-25T00:10:01Z')[0], 'first');
  });

  test('is refused without automated backups, and before the first one', () => {
    const none = { ...instance, backupRetentionPeriod: 0 };
    assert.throws(() => choosePointInTime(none, automated), { code: 'PointInTimeRestoreNotEnabled' });
    assert.throws(() => choosePointInTime(instance, []), { code: 'InvalidRestoreFault' });
  });
});

test('the window of a restore opens with the first backup whose log is archived', () => {
  assert.equal(restoreWindowOf({ latestRestorableAt: null }, automated), undefined);
  assert.equal(
    restoreWindowOf({ latestRestorableAt: new Date('2026-11-25T00:10:00Z') }, automated),
    undefined,
  );
  assert.deepEqual(restoreWindowOf({ latestRestorableAt }, automated), {
    earliest: new Date('2026-11-25T00:10:01Z'),
    latest: latestRestorableAt,
  });
});
