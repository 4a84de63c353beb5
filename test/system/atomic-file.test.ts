import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomically } from '../../src/system/atomic-file.ts';

test('two writers of one file at once in one process both succeed, and one content is whole', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-file-'));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, 'file');
  const contents = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(n * 1_000 + 1));
  await Promise.all(contents.map((content) => writeFileAtomically(file, content)));
  assert.ok(contents.includes(await readFile(file, 'utf8')));
  assert.deepEqual(await readdir(directory), ['file']);
});
