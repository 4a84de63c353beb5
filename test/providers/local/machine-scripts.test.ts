import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { loadGuestScripts } from '../../../src/guest/scripts.ts';
import { createLayout } from '../../../src/providers/local/layout.ts';
import { installScripts } from '../../../src/providers/local/machine-scripts.ts';
import { guestScriptsDir, makeStateDir } from '../../support/local/world.ts';

const scripts = loadGuestScripts(guestScriptsDir);
let stateDir: string;
function paths() {
  return createLayout(stateDir).machine('a');
}
function home() {
  return paths().scriptsHome;
}
function directory() {
  return join(paths().root, scripts.directory);
}
function install() {
  return installScripts(paths(), scripts);
}

beforeEach(() => {
  stateDir = makeStateDir();
  mkdirSync(home(), { recursive: true });
});
afterEach(() => rm(stateDir, { recursive: true }));

function found() {
  return readdirSync(directory(), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = relative(directory(), file);
      if (entry.isSymbolicLink()) return { path, link: readlinkSync(file) };
      return { path, mode: statSync(file).mode & 0o777, content: readFileSync(file) };
    })
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
function inodes() {
  return found().map(({ path }) => lstatSync(join(directory(), path)).ino);
}

test('complete scripts are not written again', async () => {
  await install();
  assert.deepEqual(found(), scripts.files);
  const before = inodes();
  await install();
  assert.deepEqual(inodes(), before);
});

const damages: Record<string, () => void> = {
  'a script that a power cut left empty': () => truncateSync(join(directory(), 'start'), 0),
  'a script of the same size with other bytes': () =>
    writeFileSync(join(directory(), 'stop'), Buffer.alloc(statSync(join(directory(), 'stop')).size)),
  'a script that is not executable': () => chmodSync(join(directory(), 'start'), 0o644),
  'a script of an extension that would be missing': () => {
    rmSync(join(directory(), 'extensions/dblink'));
    symlinkSync('.other', join(directory(), 'extensions/dblink'));
  },
  'an extension that is not Cornac’s': () => mkdirSync(join(directory(), 'extensions/file_fdw')),
  'a missing script': () => rmSync(join(directory(), 'lib.sh')),
  'a file that is not Cornac’s': () => writeFileSync(join(directory(), 'other'), ''),
  'the remains of an interrupted installation': () => {
    rmSync(directory(), { recursive: true });
    mkdirSync(join(home(), '.new'));
    writeFileSync(join(home(), '.new/start'), '');
  },
};
for (const [what, damage] of Object.entries(damages)) {
  test(`the next start replaces ${what}`, async () => {
    await install();
    damage();
    await install();
    assert.deepEqual(found(), scripts.files);
    assert.deepEqual(readdirSync(home()).sort(), ['bin', directory().replace(/.*\//, '')]);
  });
}
