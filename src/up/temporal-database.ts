import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSqliteSchema } from './sqlite-file.ts';
import { TEMPORAL_SCHEMA_HASH } from './temporal-programs.ts';

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

// The database comes last: after an interruption it still has its old name, so the move is repeated.
const MOVED = ['.unfinished', '-wal', '-shm', ''];

// SQLite's result codes in the server's errors: SQLITE_CORRUPT and SQLITE_NOTADB, sqlite.org/rescode.html.
const DAMAGE = /(?:database disk image is malformed \(11\)|file is not a database \(26\))/;

/** Whether the log of a server reports that its file is damaged. */
export function reportsDamage(output: string): boolean {
  return DAMAGE.test(output);
}

/** Whether a database has the tables of the server that is run here; false for an unreadable file. */
function hasOurTables(file: string, log: string): boolean {
  try {
    const statements = readSqliteSchema(file, log).map((sql) => `${sql}\n`);
    return createHash('sha256').update(statements.join('')).digest('hex') === TEMPORAL_SCHEMA_HASH;
  } catch {
    return false;
  }
}

/**
 * Takes over the file of the development server, which earlier versions of Cornac used, where it has the same
 * tables. Any version of `temporal` may have written that file, and the server adds no tables to a file. Must
 * be called while no server runs.
 * @returns false where an old file exists that is left in its place, so that a new file is made
 */
export function adoptDatabase(old: string, file: string, isOurs = hasOurTables): boolean {
  if (!existsSync(old) || existsSync(file)) return true;
  const logs = [`${old}-wal`, `${file}-wal`];
  if (!isOurs(old, logs.find(existsSync) ?? '')) return false;
  for (const end of MOVED) if (existsSync(`${old}${end}`)) renameSync(`${old}${end}`, `${file}${end}`);
  sync(dirname(file));
  return true;
}

/** The name, or the name with a number, that belongs to no database yet and to no part of one. */
function freeName(name: string): string {
  const isTaken = (each: string) => ['', '-wal', '-shm'].some((end) => existsSync(`${each}${end}`));
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}.${number}`;
  return free;
}

/**
 * The SQLite file of Temporal's server. A server that is killed while it makes its tables leaves a file with
 * which it never starts again. Until a server has served, a mark stands beside the file, and the file holds
 * no data.
 */
export function temporalDatabase(file: string) {
  const mark = `${file}.unfinished`;
  return {
    /** Removes an unfinished file. Must be called before a server is started. */
    prepare(): void {
      if (existsSync(mark)) for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      else if (!existsSync(file)) writeFileSync(mark, '');
      sync(dirname(file));
    },

    /**
     * Renames a damaged file, so that the next start makes a new file. Deletes nothing: the new name holds the
     * time, and no file of that name exists. After an interruption the rest gets a later name.
     * @returns its new path
     */
    setAside(now = new Date()): string {
      const aside = freeName(`${file}.damaged-${now.toISOString().replace(/\.\d+|[-:]/g, '')}`);
      for (const end of ['-wal', '-shm', '']) {
        if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${aside}${end}`);
      }
      sync(dirname(file));
      return aside;
    },

    /**
     * Removes the mark, on disk as well, because later data must stay. Must be called before the server's
     * first use.
     */
    finish(): void {
      rmSync(mark, { force: true });
      sync(dirname(file));
    },
  };
}
