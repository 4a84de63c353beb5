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

test("a file of another user's in the working directory is not believed", { skip }, (t) => {
  const { file, load } = makeFile(t);
  lchownSync(file, STRANGER, STRANGER);
  assert.throws(load, ({ message }: Error) =>
    message.includes(
      `${file}: belongs to the user ${STRANGER}; if these are your settings, say so with CORNAC_CONFIG=`,
    ),
  );
});

test("nor is another user's link to a file of ours", { skip }, (t) => {
  const { cwd, file, load } = makeFile(t);
  const ours = join(cwd, 'ours.toml');
  writeFileSync(ours, 'REGION = "ours"\n');
  rmSync(file);
  symlinkSync(ours, file);
  lchownSync(file, STRANGER, STRANGER);
  assert.throws(load, /belongs to the user 65534/);
});

test('nor is one that everybody may write', (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o666);
  assert.throws(load, /may be written by everybody/);
});

test('one that is named is believed, whoever has it', (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o666);
  assert.deepEqual(load({ CORNAC_CONFIG: file }).regions, ['theirs']);
});

test('with sudo the files of who typed it are believed', { skip }, (t) => {
  const { file, load } = makeFile(t);
  lchownSync(file, STRANGER, STRANGER);
  assert.deepEqual(load({ SUDO_UID: String(STRANGER) }).regions, ['theirs']);
});

test('our own file is believed, one of our group as well', (t) => {
  const { file, load } = makeFile(t);
  chmodSync(file, 0o664);
  assert.deepEqual(load().regions, ['theirs']);
});
