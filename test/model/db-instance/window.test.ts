import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  defaultWindows,
  faultOfBackupWindow,
  faultOfMaintenanceWindow,
  isInWindow,
  parseBackupWindow,
  parseMaintenanceWindow,
  windowsOverlap,
} from '../../../src/model/db-instance/window.ts';

for (const [text, window] of [
  ['mon:00:00-mon:00:30', { start: 0, length: 30 }],
  ['Wed:03:15-WED:04:00', { start: 2 * 1440 + 195, length: 45 }],
  ['sun:23:45-mon:00:15', { start: 6 * 1440 + 1425, length: 30 }],
  ['mon:00:00-tue:00:00', { start: 0, length: 1440 }],
  ['mon:00:00-mon:00:29', undefined],
  ['mon:00:00-mon:00:00', undefined],
  ['mon:00:00-tue:00:01', undefined],
  ['xxx:00:00-mon:00:30', undefined],
  ['mon-00:00-mon:00:30', undefined],
  ['mon:24:00-tue:00:30', undefined],
  ['mon:00:60-mon:01:30', undefined],
  ['mon:00:00-mon:00:30-mon:01:00', undefined],
  ['mon:00:00', undefined],
  ['', undefined],
] as const) {
  test(`the maintenance window '${text}' is ${window ? 'valid' : 'invalid'}`, () => {
    assert.deepEqual(parseMaintenanceWindow(text), window);
  });
}

for (const [text, window] of [
  ['00:00-00:30', { start: 0, length: 30 }],
  ['23:45-00:15', { start: 1425, length: 30 }],
  ['00:00-00:29', undefined],
  ['0:00-1:00', undefined],
  ['mon:00:00-mon:00:30', undefined],
] as const) {
  test(`the backup window '${text}' is ${window ? 'valid' : 'invalid'}`, () => {
    assert.deepEqual(parseBackupWindow(text), window);
  });
}

for (const [weekly, daily, expected] of [
  ['mon:01:00-mon:02:00', '01:30-02:30', true],
  ['mon:01:00-mon:02:00', '00:30-01:30', true],
  ['mon:01:00-mon:02:00', '00:00-03:00', true],
  ['mon:01:00-mon:02:00', '02:00-02:30', false],
  ['mon:01:00-mon:02:00', '00:30-01:00', false],
  ['sun:23:30-mon:00:30', '00:00-00:30', true],
  ['sun:23:30-mon:00:30', '23:00-23:45', true],
  ['sun:23:30-mon:00:30', '00:30-01:00', false],
  ['wed:00:00-wed:00:30', '23:45-00:15', true],
] as const) {
  test(`${weekly} and ${daily} ${expected ? 'overlap' : 'do not overlap'}`, () => {
    const [week, day] = [parseMaintenanceWindow(weekly), parseBackupWindow(daily)];
    assert.ok(week && day);
    assert.equal(windowsOverlap(week, day), expected);
  });
}

for (const [date, expected] of [
  ['2026-11-22T23:29:59Z', false],
  ['2026-11-22T23:30:00Z', true],
  ['2026-11-23T00:29:59Z', true],
  ['2026-11-23T00:30:00Z', false],
  ['2026-11-24T00:00:00Z', false],
] as const) {
  test(`${date} is ${expected ? '' : 'not '}in sun:23:30-mon:00:30`, () => {
    const window = parseMaintenanceWindow('sun:23:30-mon:00:30');
    assert.ok(window);
    assert.equal(isInWindow(window, new Date(date)), expected);
  });
}

test('default windows are valid and do not overlap', () => {
  for (const random of [() => 0, () => 0.4, () => 0.9999, Math.random]) {
    const { backup, maintenance } = defaultWindows(random);
    const [week, day] = [parseMaintenanceWindow(maintenance), parseBackupWindow(backup)];
    assert.ok(week && day && !windowsOverlap(week, day));
  }
});

// The words of RDS, as clients and moto report them: ansible #10666, moto's `valid_preferred_maintenance_window`.
for (const [text, fault] of [
  ['mon:01:00-mon:01:30', undefined],
  ['Sun:23:45-Mon:00:15', undefined],
  ['mon:01:00-tue:00:59', undefined],
  ['mon:01:00-mon:01:29', 'The maintenance window must be at least 30 minutes.'],
  ['mon:01:00-mon:01:00', 'The maintenance window must be at least 30 minutes.'],
  ['mon:00:00-tue:00:00', 'Maintenance window must be less than 24 hours.'],
  ['mon:00:00-thu:00:00', 'Maintenance window must be less than 24 hours.'],
  ['Mon:23:30-Mon:00:00', 'Maintenance window cannot end before it begins.'],
  ['Mon:23:30-Mon:24:00', 'Invalid day:hour:minute value: mon:24:00'],
  ['moo:23:30-mon:23:59', 'Invalid day:hour:minute value: moo:23:30'],
  [
    '01:00-02:00',
    'Invalid maintenance window format: 01:00-02:00. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi ' +
      '(24H Clock UTC). Example: Sun:23:45-Mon:00:15',
  ],
] as const) {
  test(`the maintenance window ${text}: ${fault ?? 'taken'}`, () => {
    assert.equal(faultOfMaintenanceWindow(text), fault);
  });
}

for (const [text, fault] of [
  ['23:45-00:15', undefined],
  ['01:00-01:29', 'The backup window must be at least 30 minutes.'],
  [
    'noon',
    'Invalid backup window format: noon. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). ' +
      'Example: 23:45-00:15',
  ],
] as const) {
  test(`the backup window ${text}: ${fault ?? 'taken'}`, () =>
    assert.equal(faultOfBackupWindow(text), fault));
}
