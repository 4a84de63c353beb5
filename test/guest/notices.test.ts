import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNotices } from '../../src/guest/notices.ts';

test('a notice is a line that begins with "note: "', () => {
  const stdout =
    'note: revoked pg_write_all_data from postgres\npostgres (PostgreSQL) 15.18\nnote: demoted evil\n';
  assert.deepEqual(parseNotices(stdout), ['revoked pg_write_all_data from postgres', 'demoted evil']);
  assert.deepEqual(parseNotices(''), []);
});

test('a line with other characters than the allowed ones is no notice', () => {
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

test('at most twenty notices are returned, without duplicates', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `note: demoted r${i}\nnote: demoted r${i}\n`);
  const notices = parseNotices(lines.join(''));
  assert.equal(notices.length, 20);
  assert.equal(notices.at(-1), 'and 4981 more');
});
