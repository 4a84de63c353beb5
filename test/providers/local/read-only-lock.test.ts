import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryLock, waitForLock } from '../../../src/system/process-lock.ts';
import { mountSmallDisk, needsSmallDisk } from '../../support/small-disk.ts';

// Not in test/system, whose tests start no other program and need no root.

function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-read-only-'));
  const disk = mountSmallDisk(directory, 1);
  t.after(() => {
    disk.remove();
    rmSync(directory, { recursive: true });
  });
  return directory;
}
function makeReadOnly(directory: string) {
  execFileSync('mount', ['-o', 'remount,ro', directory]);
}
const patient = new AbortController().signal;

test('an existing lock file can be locked on a read-only file system', needsSmallDisk, async (t) => {
  const directory = makeDirectory(t);
  const file = join(directory, 'machine');
  await (await waitForLock(file, patient)).release();
  makeReadOnly(directory);
  const lock = await waitForLock(file, patient);
  assert.equal(await tryLock(file), undefined);
  await lock.release();
});

test(
  'a lock whose file was never made can be taken on a read-only file system, once',
  needsSmallDisk,
  async (t) => {
    const directory = makeDirectory(t);
    const file = join(directory, 'machine');
    makeReadOnly(directory);
    const lock = await waitForLock(file, patient);
    assert.equal(await tryLock(file), undefined);
    await lock.release({ remove: true });
    await (await waitForLock(file, patient)).release();
    assert.ok(!existsSync(file));
  },
);
