import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNotices } from '../../src/guest/notices.ts';

test('notices are lines of their own form', () => {
  const stdout =
    'note: revoked pg_write_all_data from postgres\npostgres (PostgreSQL) 15.18\nnote: demoted evil\n';
  assert.deepEqual(parseNotices(stdout), ['revoked pg_write_all_data from postgres', 'demoted evil']);
  assert.deepEqual(parseNotices(''), []);
});

test('what could do harm where it is shown is no notice', () => {
  for (const line of [
    'note: <script>',
    'note: a\u001b[31m',
    'note: see /etc/passwd',
    `note: ${'x'.repeat(161)}`,
    'note: a\rb',
    ' note: a',
    'note:a',
  ]) {
    assert.deepEqual(parseNotices(`${line}\n`), [], JSON.stringify(line));
  }
});

test('there are at most twenty of them, and none twice', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `note: demoted r${i}\nnote: demoted r${i}\n`);
  const notices = parseNotices(lines.join(''));
  assert.equal(notices.length, 20);
  assert.equal(notices.at(-1), 'and 4981 more');
});
