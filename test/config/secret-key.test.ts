import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSecretKey } from '../../src/config/secret-key.ts';

test('a secret key is read from its file; a key of another length is refused with the name of the file', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-test-key-'));
  t.after(() => rm(directory, { recursive: true }));
  const key = randomBytes(32);
  const [good, bad, missing] = ['good', 'bad', 'missing'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(good, `${key.toString('base64')}\n`);
  await writeFile(bad, 'c2hvcnQ=\n');
  assert.deepEqual(await readSecretKey(good), key);
  await assert.rejects(readSecretKey(bad), { message: `${bad}: expected 32 bytes in base64, got 5` });
  await assert.rejects(readSecretKey(missing), { name: 'ConfigError' });
});
