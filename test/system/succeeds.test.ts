import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { succeeds } from '../../src/system/succeeds.ts';

const directory = mkdtempSync(join(tmpdir(), 'cornac-succeeds-'));
after(() => rmSync(directory, { recursive: true }));

function shell(script: string): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', script], { cwd: directory });
}

test('the exit status decides', async () => {
  assert.equal(await shell('exit 0'), true);
  assert.equal(await shell('exit 3'), false);
});

test('a program that does not exist has not succeeded', async () => {
  assert.equal(await succeeds(join(directory, 'absent'), [], {}), false);
});

test('a program that was killed is run again', async () => {
  const killedOnce = '[ -e killed ] || { : >killed; kill -KILL $$; }; exit';
  assert.equal(await shell(`${killedOnce} 0`), true);
  assert.ok(existsSync(join(directory, 'killed')));
  rmSync(join(directory, 'killed'));
  assert.equal(await shell(`${killedOnce} 1`), false);
});

test('a program that is killed each time fails with its signal', async () => {
  await assert.rejects(shell('kill -KILL $$'), { signal: 'SIGKILL' });
});
