import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporalDatabase } from '../../src/supervisor/temporal-database.ts';

const make = (t: TestContext) => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'temporal.db');
  return { dir, file, database: temporalDatabase(file) };
};

test('what a server left that was killed while it made its tables is taken away', (t) => {
  const { dir, file, database } = make(t);
  database.prepare();
  for (const end of ['', '-wal', '-shm']) writeFileSync(`${file}${end}`, 'half');
  database.prepare();
  assert.deepEqual(readdirSync(dir), ['temporal.db.unfinished']);
  writeFileSync(file, 'half again');
  database.prepare();
  assert.ok(!existsSync(file));
});

test('what a server has served from stays, whatever becomes of the server', (t) => {
  const { file, database } = make(t);
  database.prepare();
  writeFileSync(file, 'whole');
  database.finish();
  database.prepare();
  assert.equal(readFileSync(file, 'utf8'), 'whole');
});

test('a file of an older Cornac, which knew no mark, stays', (t) => {
  const { dir, file, database } = make(t);
  writeFileSync(file, 'whole');
  database.prepare();
  assert.deepEqual(readdirSync(dir), ['temporal.db']);
});
