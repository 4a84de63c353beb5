import assert from 'node:assert/strict';
import { chmodSync, lchownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';

const STRANGER = 65534;
const skip = process.getuid?.() !== 0 && 'needs root';

function makeFile(t: TestContext) {
  const cwd = mkdtempSync(join(tmpdir(), 'cornac-trusted-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const file = join(cwd, 'cornac.toml');
  writeFileSync(file, 'REGION = "theirs"\n');
  const load = (env: NodeJS.ProcessEnv = {}) =>
    loadConfig({ cwd, env: { CORNAC_STATE_DIR: '/state', ...env } });
  return { cwd, file, load };
}

test("another user's file in the working directory is refused", { skip }, (t) => {
  const { file, load } = makeFile(t);
  lchownSync(file, STRANGER, STRANGER);
  assert.throws(load, ({ message }: Error) =>
    message.includes(
      `${file}: belongs to the user ${STRANGER}; if these are your settings, confirm this with CORNAC_CONFIG=`,
    ),
  );
});

test("another user's link to the caller's own file is refused", { skip }, (t) => {
  const { cwd, file, load } = makeFile(t);
  const ours = join(cwd, 'ours.toml');
  writeFileSync(ours, 'REGION = "ours"\n');
  rmSync(file);
  symlinkSync(ours, file);
  lchownSync(file, STRANGER, STRANGER);
  assert.throws(load, /belongs to the user 65534/);
});

test('a file that all users may write is refused', (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o666);
  assert.throws(load, /is writable by every user/);
});

test('a file that CORNAC_CONFIG names is accepted, whatever its owner and mode', (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o666);
  assert.deepEqual(load({ CORNAC_CONFIG: file }).regions, ['theirs']);
});

test('with sudo the files of the calling user are accepted', { skip }, (t) => {
  const { file, load } = makeFile(t);
  lchownSync(file, STRANGER, STRANGER);
  assert.deepEqual(load({ SUDO_UID: String(STRANGER) }).regions, ['theirs']);
});

test("the caller's own file is accepted, also when its group may write it", (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o664);
  assert.deepEqual(load().regions, ['theirs']);
});
