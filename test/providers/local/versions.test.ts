import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listMajorsWithoutExtwlist } from '../../../src/providers/local/versions.ts';

const homes = mkdtempSync(join(tmpdir(), 'cornac-homes-'));
after(() => rmSync(homes, { recursive: true }));

test('each major version is asked for its own pgextwlist', async () => {
  for (const major of ['18', '16', '17', 'common']) mkdirSync(join(homes, major, 'lib'), { recursive: true });
  writeFileSync(join(homes, '17/lib/pgextwlist.so'), '');
  assert.deepEqual(await listMajorsWithoutExtwlist(homes), ['16', '18']);
  assert.deepEqual(await listMajorsWithoutExtwlist(join(homes, 'none')), []);
});
