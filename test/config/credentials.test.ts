import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createCredentialStore } from '../../src/config/credentials.ts';
import { saveCredentials } from '../../src/config/edit.ts';

const alice = 'CORNACALICE000000000';
const bob = 'CORNACBOB00000000000';
function table(...ids: string[]) {
  return `[CREDENTIALS]\n${ids.map((id) => `${id} = "secret of ${id}"\n`).join('')}`;
}

describe('the credential store', () => {
  let directory: string;
  let file: string;
  let warnings: string[];
  const open = (env: NodeJS.ProcessEnv = {}, now?: () => number) =>
    createCredentialStore({ file }, { warn: (message) => warnings.push(message), env, ...(now && { now }) });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cornac-credentials-'));
    file = join(directory, 'cornac.toml');
    warnings = [];
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('every pair of the file is found, and no other', () => {
    writeFileSync(file, table(alice, bob));
    const store = open();
    assert.equal(store.find(alice), `secret of ${alice}`);
    assert.equal(store.find(bob), `secret of ${bob}`);
    assert.equal(store.find('CORNACNOBODY00000000'), undefined);
  });

  test('names that every object has are not pairs', () => {
    writeFileSync(file, table(alice));
    for (const name of ['constructor', '__proto__', 'toString']) assert.equal(open().find(name), undefined);
  });

  test('added pairs are found, also in a file that was missing before', async () => {
    const store = open();
    assert.equal(store.find(alice), undefined);
    await saveCredentials(file, { accessKeyId: alice, secretAccessKey: 'a' });
    assert.equal(store.find(alice), 'a');
    await saveCredentials(file, { accessKeyId: bob, secretAccessKey: 'b' });
    assert.equal(store.find(bob), 'b');
    assert.equal(store.find(alice), 'a');
  });

  test('a removed pair is refused at once', () => {
    writeFileSync(file, table(alice, bob));
    const store = open();
    assert.ok(store.find(alice));
    writeFileSync(join(directory, 'new'), table(bob));
    renameSync(join(directory, 'new'), file);
    assert.equal(store.find(alice), undefined);
    assert.ok(store.find(bob));
  });

  test('an edit in place of the same length within one clock tick is noticed', () => {
    const store = open();
    for (let edit = 0; edit < 200; edit++) {
      const id = `CORNACEDIT${String(edit).padStart(10, '0')}`;
      writeFileSync(file, table(id));
      assert.ok(store.find(id), `edit ${edit}`);
    }
  });

  test('a file that has not changed for a while is not read again', () => {
    writeFileSync(file, 'broken');
    const store = open({}, () => Date.now() + 60_000);
    for (let time = 0; time < 3; time++) store.find(alice);
    assert.equal(warnings.length, 1);
  });

  test('a broken file: the old pairs stay, and one warning shows no secret', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    for (const broken of [`${table(alice)}BOB = "C4nary`, '[CREDENTIALS]\nx = "C4nary"\n']) {
      writeFileSync(file, broken);
      assert.ok(store.find(alice));
    }
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? '',
      /cornac\.toml: not TOML; the access keys that were read before stay in use/,
    );
    writeFileSync(file, table(bob));
    assert.equal(store.find(alice), undefined);
  });

  test('an unreadable file: the old pairs stay', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    rmSync(file);
    // A loop of links is unreadable even for root.
    symlinkSync(file, file);
    assert.ok(store.find(alice));
    assert.equal(warnings.length, 1);
  });

  test('a removed file: no pair is accepted', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    rmSync(file);
    assert.equal(store.find(alice), undefined);
  });

  test('CORNAC_CREDENTIALS replaces the pairs of the file', () => {
    writeFileSync(file, table(alice));
    const store = open({ CORNAC_CREDENTIALS: `${bob}:b` });
    assert.equal(store.find(bob), 'b');
    assert.equal(store.find(alice), undefined);
  });
});
