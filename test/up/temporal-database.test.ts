import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { adoptDatabase, temporalDatabase } from '../../src/up/temporal-database.ts';

function make(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'temporal.db');
  return { dir, file, database: temporalDatabase(file) };
}

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

test("the development server's database is taken over with what is not yet in the file itself", (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  const ends = ['', '-wal', '-shm', '.unfinished'];
  for (const end of ends) writeFileSync(`${old}${end}`, `old${end}`);
  assert.ok(adoptDatabase(old, file, () => true));
  assert.deepEqual(readdirSync(dir).sort(), ends.map((end) => `temporal-1.29.db${end}`).sort());
  for (const end of ends) assert.equal(readFileSync(`${file}${end}`, 'utf8'), `old${end}`);
});

test('a database that was taken over halfway when the power failed is taken over whole', (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  writeFileSync(old, 'old');
  writeFileSync(`${file}-wal`, 'old-wal');
  const logs: string[] = [];
  assert.ok(adoptDatabase(old, file, (_, log) => logs.push(log) > 0));
  assert.deepEqual(logs, [`${file}-wal`]);
  assert.equal(readFileSync(file, 'utf8') + readFileSync(`${file}-wal`, 'utf8'), 'oldold-wal');
});

test('what cannot be read as a database is left where it is', (t) => {
  const { dir, file: old } = make(t);
  writeFileSync(old, 'old');
  assert.equal(adoptDatabase(old, join(dir, 'temporal-1.29.db')), false);
  assert.deepEqual(readdirSync(dir), ['temporal.db']);
});

test('a database of ours is not written over by an old one', (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  writeFileSync(old, 'old');
  writeFileSync(file, 'ours');
  adoptDatabase(old, file);
  assert.equal(readFileSync(file, 'utf8'), 'ours');
});
