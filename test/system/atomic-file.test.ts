import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomically } from '../../src/system/atomic-file.ts';

test('a file that is written many times at once has the whole of one content, and nothing else is left', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-atomic-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'file');
  const contents = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(10_000));
  await Promise.all(contents.map((content) => writeFileAtomically(file, content)));
  assert.ok(contents.includes(readFileSync(file, 'utf8')));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dir), ['file']);
});
