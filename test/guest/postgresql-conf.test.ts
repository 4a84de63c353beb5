import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSettings } from '../../src/guest/postgresql-conf.ts';

test('values are quoted as in postgresql.conf', () => {
  const settings = { work_mem: '4MB', search_path: `"$user", 'a\\b'`, 'auto_explain.log_format': 'json' };
  assert.equal(
    renderSettings(settings),
    `work_mem = '4MB'\nsearch_path = '"$user", ''a\\\\b'''\nauto_explain.log_format = 'json'\n--\n`,
  );
});

test('a name or value that would add a setting is refused', () => {
  assert.throws(() => renderSettings({ "work_mem = '1'\nfsync": 'off' }), RangeError);
  assert.throws(() => renderSettings({ include: 'x', 'a.b.c': 'y' }), RangeError);
  assert.throws(() => renderSettings({ work_mem: "1'\nfsync = off" }), RangeError);
});
