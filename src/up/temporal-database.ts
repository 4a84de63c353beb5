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

// The database last: as long as it has its old name, it is not moved, and is moved again.
const MOVED = ['.unfinished', '-wal', '-shm', ''];

// Codes of SQLite in the errors of the server: SQLITE_CORRUPT and SQLITE_NOTADB, sqlite.org/rescode.html.
const DAMAGE = /(?:database disk image is malformed \(11\)|file is not a database \(26\))/;

/** Whether a server says in its log that its file is damaged. */
export function tellsOfDamage(said: string): boolean {
  return DAMAGE.test(said);
}

/** Whether a database has the tables of the server that is run here. What cannot be read has not. */
function hasOurTables(file: string, log: string): boolean {
  try {
    const statements = readSqliteSchema(file, log).map((sql) => `${sql}\n`);
    return createHash('sha256').update(statements.join('')).digest('hex') === TEMPORAL_SCHEMA_HASH;
  } catch {
    return false;
  }
}

/**
 * Takes over the file of the development server, which was Temporal here before, where it has the same tables: whatever
 * `temporal` was on PATH wrote it, and the server adds none to a file. To be called while no server runs.
 * @returns false where there is one that is left where it is, and a new one is to be made
 */
export function adoptDatabase(old: string, file: string, isOurs = hasOurTables): boolean {
  if (!existsSync(old) || existsSync(file)) return true;
  const logs = [`${old}-wal`, `${file}-wal`];
  if (!isOurs(old, logs.find(existsSync) ?? '')) return false;
  for (const end of MOVED) if (existsSync(`${old}${end}`)) renameSync(`${old}${end}`, `${file}${end}`);
  sync(dirname(file));
  return true;
}

/**
 * The SQLite file of Temporal's server. One that is killed while it makes its tables leaves a file with which
 * it never starts again. As long as a server has not served, the file bears a mark, and nobody has put anything in it.
 */
export function temporalDatabase(file: string) {
  const mark = `${file}.unfinished`;
  return {
    /** To be called before a server is started: takes away what one has left unfinished. */
    prepare(): void {
      if (existsSync(mark)) for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      else if (!existsSync(file)) writeFileSync(mark, '');
      sync(dirname(file));
    },

    /** Puts a file aside that the server cannot read, so that the next start makes another. @returns where it is now */
    setAside(): string {
      const aside = `${file}.damaged`;
      for (const end of ['-wal', '-shm', '']) {
        rmSync(`${aside}${end}`, { force: true });
        if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${aside}${end}`);
      }
      sync(dirname(file));
      return aside;
    },

    /** To be called when a server serves, and before anybody uses it. On the disk when it returns: what follows must stay. */
    finish(): void {
      rmSync(mark, { force: true });
      sync(dirname(file));
    },
  };
}
