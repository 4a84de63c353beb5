import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSqliteSchema } from '../../src/up/sqlite-file.ts';

/**
 * A database as a program leaves it that is killed after `script`. Also returns the schema that SQLite itself
 * reads.
 */
function make(t: TestContext, script: string) {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-sqlite-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'killed.db');
  const program = `import json, os, shutil, sqlite3, sys
directory = sys.argv[1]
live = os.path.join(directory, 'live.db')
db = sqlite3.connect(live, isolation_level=None)
${script}
for end in ('', '-wal'):
    if os.path.exists(live + end):
        shutil.copy(live + end, os.path.join(directory, 'killed.db' + end))
        shutil.copy(live + end, os.path.join(directory, 'asked.db' + end))
asked = sqlite3.connect(os.path.join(directory, 'asked.db'))
print(json.dumps([sql for (sql,) in asked.execute('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name')]))`;
  const expected: string[] = JSON.parse(
    execFileSync('python3', ['-c', program, directory], { encoding: 'utf8' }),
  );
  return { file, log: `${file}-wal`, expected };
}

const tables = `for n in range(1, 151):
    db.execute(f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT UNIQUE, {', '.join(f'c{i} BLOB' for i in range(n))})")
db.execute('CREATE INDEX names ON t7 (name, id)')`;

for (const [title, begin, count] of [
  ['of many pages, with rows longer than one', 'db.execute("PRAGMA page_size = 512")', 151],
  ['of the usual pages', '', 151],
  ['that is in its write-ahead log only', 'db.execute("PRAGMA journal_mode = wal")', 151],
] as const) {
  test(`a schema ${title} is read`, (t) => {
    const { file, log, expected } = make(t, `${begin}\n${tables}`);
    assert.equal(expected.length, count);
    assert.deepEqual(readSqliteSchema(file, log), expected);
  });
}

test('uncommitted frames, and frames of an earlier round of the log, do not count', (t) => {
  const { file, log, expected } = make(
    t,
    `db.execute("PRAGMA journal_mode = wal")
db.execute("CREATE TABLE one (id INTEGER)")
db.execute("CREATE TABLE two (id BLOB)")
for n in range(50):
    db.execute("INSERT INTO two VALUES (zeroblob(9000))")
db.execute("PRAGMA wal_checkpoint(RESTART)")
db.execute("CREATE TABLE three (id INTEGER)")
db.execute("PRAGMA cache_size = 2")
db.execute("BEGIN")
db.execute("CREATE TABLE four (id INTEGER)")
for n in range(50):
    db.execute("INSERT INTO two VALUES (zeroblob(9000))")`,
  );
  assert.equal(expected.length, 3);
  assert.deepEqual(readSqliteSchema(file, log), expected);
});

test('a file with a journal, a truncated file and a file of another format are refused', (t) => {
  const { file, log } = make(t, tables);
  writeFileSync(`${file}-journal`, 'half');
  assert.throws(() => readSqliteSchema(file, log), /rolled back/);
  rmSync(`${file}-journal`);
  truncateSync(file, 8_192);
  assert.throws(() => readSqliteSchema(file, log), /too short/);
  writeFileSync(file, 'text '.repeat(100));
  assert.throws(() => readSqliteSchema(file, log), /not an SQLite database/);
  writeFileSync(file, '');
  assert.throws(() => readSqliteSchema(file, log), /too short/);
});
