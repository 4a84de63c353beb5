import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findCurrentBuild } from '../../src/processes/current-build.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-build-'));
after(() => rmSync(root, { recursive: true }));

const BEGUN = 1_000_000;
const files = ['src/model/a.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const inputs = [...files, 'src', 'src/model'];
mkdirSync(join(root, 'src/model'), { recursive: true });
for (const file of files) writeFileSync(join(root, file), '');

/** Makes all inputs older than the build, except this one. */
function change(changed?: string) {
  for (const each of inputs) {
    const time = each === changed ? BEGUN + 1 : BEGUN - 1;
    utimesSync(join(root, each), time, time);
  }
}

test('a tree without a build has no current build', () => {
  change();
  assert.equal(findCurrentBuild(root), undefined);
});

test('a build is current until a source, a directory of sources or a setting is changed', () => {
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'dist/.built'), '');
  utimesSync(join(root, 'dist/.built'), BEGUN, BEGUN);
  assert.equal(findCurrentBuild(root), join(root, 'dist'));
  for (const input of inputs) {
    change(input);
    assert.equal(findCurrentBuild(root), undefined, input);
  }
});
