import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

test('the file of a server that was killed while it made its tables is removed', (t) => {
  const { dir, file, database } = make(t);
  database.prepare();
  for (const end of ['', '-wal', '-shm']) writeFileSync(`${file}${end}`, 'half');
  database.prepare();
  assert.deepEqual(readdirSync(dir), ['temporal.db.unfinished']);
  writeFileSync(file, 'half again');
  database.prepare();
  assert.ok(!existsSync(file));
});

test('the file of a server that has served stays', (t) => {
  const { file, database } = make(t);
  database.prepare();
  writeFileSync(file, 'whole');
  database.finish();
  database.prepare();
  assert.equal(readFileSync(file, 'utf8'), 'whole');
});

test('a file without a mark, of an older Cornac, stays', (t) => {
  const { dir, file, database } = make(t);
  writeFileSync(file, 'whole');
  database.prepare();
  assert.deepEqual(readdirSync(dir), ['temporal.db']);
});

test("the development server's database is taken over with its write-ahead log and mark", (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  const ends = ['', '-wal', '-shm', '.unfinished'];
  for (const end of ends) writeFileSync(`${old}${end}`, `old${end}`);
  assert.ok(adoptDatabase(old, file, () => true));
  assert.deepEqual(readdirSync(dir).sort(), ends.map((end) => `temporal-1.29.db${end}`).sort());
  for (const end of ends) assert.equal(readFileSync(`${file}${end}`, 'utf8'), `old${end}`);
});

test('a takeover that a power cut interrupted is completed', (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  writeFileSync(old, 'old');
  writeFileSync(`${file}-wal`, 'old-wal');
  const logs: string[] = [];
  assert.ok(adoptDatabase(old, file, (_, log) => logs.push(log) > 0));
  assert.deepEqual(logs, [`${file}-wal`]);
  assert.equal(readFileSync(file, 'utf8') + readFileSync(`${file}-wal`, 'utf8'), 'oldold-wal');
});

test('a file that is not a database keeps its name', (t) => {
  const { dir, file: old } = make(t);
  writeFileSync(old, 'old');
  assert.equal(adoptDatabase(old, join(dir, 'temporal-1.29.db')), false);
  assert.deepEqual(readdirSync(dir), ['temporal.db']);
});

test('an old database does not replace the present one', (t) => {
  const { dir, file: old } = make(t);
  const file = join(dir, 'temporal-1.29.db');
  writeFileSync(old, 'old');
  writeFileSync(file, 'ours');
  adoptDatabase(old, file);
  assert.equal(readFileSync(file, 'utf8'), 'ours');
});

test('a second damaged database does not replace the first one', (t) => {
  const { dir, file, database } = make(t);
  const now = new Date('2026-11-26T04:05:06.789Z');
  for (const content of ['first', 'second']) {
    writeFileSync(file, content);
    assert.ok(existsSync(database.setAside(now)));
  }
  const names = ['temporal.db.damaged-20261126T040506Z', 'temporal.db.damaged-20261126T040506Z.2'];
  assert.deepEqual(readdirSync(dir).sort(), names);
  assert.deepEqual(
    names.map((name) => readFileSync(join(dir, name), 'utf8')),
    ['first', 'second'],
  );
});

test('a rename of a damaged database that was interrupted loses no write-ahead log', (t) => {
  const { dir, file, database } = make(t);
  writeFileSync(file, 'damaged');
  writeFileSync(`${file}-wal`, 'log');
  const now = new Date();
  // A kill after the move of the log: only the database still has its name.
  const first = database.setAside(now);
  renameSync(first, file);
  database.setAside(now);
  const contents = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
  assert.deepEqual(contents.sort(), ['damaged', 'log']);
});
