import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFileAtomically } from '../../src/system/atomic-file.ts';

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cornac-atomic-file-'));
});
after(() => rm(directory, { recursive: true }));

test('concurrent writes of one file all succeed and leave one complete content and no draft', async () => {
  const file = join(directory, 'file');
  const contents = Array.from({ length: 20 }, (_, index) => `content ${index}\n`.repeat(100));
  await Promise.all(contents.map((content) => writeFileAtomically(file, content)));
  assert.ok(contents.includes(await readFile(file, 'utf8')));
  assert.deepEqual(await readdir(directory), ['file']);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a failed write leaves no draft', async () => {
  await assert.rejects(writeFileAtomically(directory, 'content'));
  assert.deepEqual(await readdir(directory), ['file']);
});
