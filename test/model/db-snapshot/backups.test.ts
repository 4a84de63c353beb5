import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backupsIn, isDamaged, isWhole } from '../../../src/model/db-snapshot/backups.ts';

function listed(members: object = {}) {
  return {
    label: '20261126-120000F',
    annotation: { snapshot: 'snap-ABC1' },
    error: false,
    timestamp: { start: 1795694400, stop: 1795694460 },
    ...members,
  };
}
function output(...backup: readonly object[]) {
  return JSON.stringify([{ name: 'ln-a', status: { code: 0, message: 'ok' }, backup }]);
}

test('a backup is listed with its snapshot and the moment at which it ended', () => {
  assert.deepEqual(backupsIn(output(listed())), [
    { label: '20261126-120000F', snapshot: 'snap-ABC1', stoppedAt: new Date(1795694460_000) },
  ]);
});

for (const [title, members] of [
  ['with a damaged page', { error: true }],
  ['without a snapshot', { annotation: undefined }],
  ['of a snapshot with an impossible id', { annotation: { snapshot: '../x' } }],
  ['with an impossible label', { label: '--set' }],
  ['without an end', { timestamp: {} }],
  ['with an impossible end', { timestamp: { stop: 1e15 } }],
] as const) {
  test(`a backup ${title} is left out`, () => assert.deepEqual(backupsIn(output(listed(members))), []));
}

test('texts of another form list nothing', () => {
  for (const text of ['', '[]', '{}', 'null', '[null]', '[{"backup":{}}]']) {
    assert.deepEqual(backupsIn(text), []);
    assert.equal(isWhole(text), false);
  }
});

test('a list is whole unless pgBackRest could not read the repository', () => {
  assert.equal(isWhole(output()), true);
  assert.equal(isWhole('[{"status":{"code":2}}]'), true, 'no backups yet');
  assert.equal(isWhole('[{"status":{"code":99}}]'), false);
});

for (const [message, expected] of [
  ["[CryptoError] unable to load info file '/r/backup.info'", true],
  ['[FormatError] unable to load info file', true],
  ['[ChecksumError] invalid checksum', true],
  ["[FileOpenError] unable to open file '/r/backup.info' for read: [13] Permission denied", false],
  ["[PathOpenError] unable to list file info for path '/r': [5] Input/output error", false],
  ['missing stanza path', false],
  [7, false],
] as const) {
  test(`the message “${message}” of a repository ${expected ? 'is' : 'is not'} damage`, () => {
    const text = JSON.stringify([{ status: { code: 99 }, repo: [{ status: { code: 99, message } }] }]);
    assert.equal(isDamaged(text), expected);
  });
}

test('texts of another form tell no damage', () => {
  for (const text of ['', '[]', '[{"repo":[]}]', '[{"repo":{}}]', '[null]'])
    assert.equal(isDamaged(text), false);
});
