import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const sync = (path: string): void => {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
};

// The database last: as long as it has its old name, it is not moved, and is moved again.
const MOVED = ['.unfinished', '-wal', '-shm', ''];

/**
 * Takes over the file of the development server 1.29, which has the same tables. It is never taken for another schema,
 * because the name that it gets tells. To be called while no server runs.
 */
export const adoptDatabase = (old: string, file: string): void => {
  if (!existsSync(old) || existsSync(file)) return;
  for (const end of MOVED) if (existsSync(`${old}${end}`)) renameSync(`${old}${end}`, `${file}${end}`);
  sync(dirname(file));
};

/**
 * The SQLite file of Temporal's server. One that is killed while it makes its tables leaves a file with which
 * it never starts again. As long as a server has not served, the file bears a mark, and nobody has put anything in it.
 */
export const temporalDatabase = (file: string) => {
  const mark = `${file}.unfinished`;
  return {
    /** To be called before a server is started: takes away what one has left unfinished. */
    prepare(): void {
      if (existsSync(mark)) for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      else if (!existsSync(file)) writeFileSync(mark, '');
      sync(dirname(file));
    },

    /** To be called when a server serves, and before anybody uses it. On the disk when it returns: what follows must stay. */
    finish(): void {
      rmSync(mark, { force: true });
      sync(dirname(file));
    },
  };
};
