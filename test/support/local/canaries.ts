import assert from 'node:assert/strict';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A file and a directory of root that no other user may read, change or own. `check` asserts that this holds.
 */
export interface Canaries {
  readonly file: string;
  readonly dir: string;
  /** A second name of the file, in a directory of the caller's choice. */
  link(path: string): void;
  check(when: string): void;
}

export function makeCanaries(parent: string): Canaries {
  const dir = join(parent, 'canary-dir');
  const file = join(parent, 'canary');
  mkdirSync(dir);
  chmodSync(dir, 0o700);
  writeFileSync(join(dir, 'inside'), 'inside');
  writeFileSync(file, 'root only', { mode: 0o600 });
  const owned = [dir, join(dir, 'inside'), file];
  const look = () =>
    owned.map((path) => {
      const { uid, gid, mode, mtimeMs } = statSync(path);
      return { path, uid, gid, mode, mtimeMs };
    });
  const before = look();
  return {
    file,
    dir,
    link: (path) => linkSync(file, path),
    check: (when) => {
      assert.deepEqual(look(), before, when);
      assert.deepEqual(readdirSync(dir), ['inside'], when);
      assert.equal(readFileSync(file, 'utf8'), 'root only', when);
      assert.equal(readFileSync(join(dir, 'inside'), 'utf8'), 'inside', when);
    },
  };
}
