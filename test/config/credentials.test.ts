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

  test('finds every pair of the file and no other', () => {
    writeFileSync(file, table(alice, bob));
    const store = open();
    assert.equal(store.find(alice), `secret of ${alice}`);
    assert.equal(store.find(bob), `secret of ${bob}`);
    assert.equal(store.find('CORNACNOBODY00000000'), undefined);
  });

  test('what every object has is no pair', () => {
    writeFileSync(file, table(alice));
    for (const name of ['constructor', '__proto__', 'toString']) assert.equal(open().find(name), undefined);
  });

  test('follows pairs that are added, also to a file that was not there', async () => {
    const store = open();
    assert.equal(store.find(alice), undefined);
    await saveCredentials(file, { accessKeyId: alice, secretAccessKey: 'a' });
    assert.equal(store.find(alice), 'a');
    await saveCredentials(file, { accessKeyId: bob, secretAccessKey: 'b' });
    assert.equal(store.find(bob), 'b');
    assert.equal(store.find(alice), 'a');
  });

  test('a pair that is removed is locked out at once', () => {
    writeFileSync(file, table(alice, bob));
    const store = open();
    assert.ok(store.find(alice));
    writeFileSync(join(directory, 'new'), table(bob));
    renameSync(join(directory, 'new'), file);
    assert.equal(store.find(alice), undefined);
    assert.ok(store.find(bob));
  });

  test('edits in place of the same length within one tick of the clock are seen', () => {
    const store = open();
    for (let edit = 0; edit < 200; edit++) {
      const id = `CORNACEDIT${String(edit).padStart(10, '0')}`;
      writeFileSync(file, table(id));
      assert.ok(store.find(id), `edit ${edit}`);
    }
  });

  test('a file that has long been the same is not read again', () => {
    writeFileSync(file, 'broken');
    const store = open({}, () => Date.now() + 60_000);
    for (let time = 0; time < 3; time++) store.find(alice);
    assert.equal(warnings.length, 1);
  });

  test('a broken file keeps the pairs it had, and says so once without a secret', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    for (const broken of [`${table(alice)}BOB = "C4nary`, '[CREDENTIALS]\nx = "C4nary"\n']) {
      writeFileSync(file, broken);
      assert.ok(store.find(alice));
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /cornac\.toml: not TOML; the pairs read before go on to count/);
    writeFileSync(file, table(bob));
    assert.equal(store.find(alice), undefined);
  });

  test('a file that cannot be read keeps the pairs it had', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    rmSync(file);
    // A loop of links can be seen by nobody, not even by root.
    symlinkSync(file, file);
    assert.ok(store.find(alice));
    assert.equal(warnings.length, 1);
  });

  test('a file that is gone locks everybody out', () => {
    writeFileSync(file, table(alice));
    const store = open();
    assert.ok(store.find(alice));
    rmSync(file);
    assert.equal(store.find(alice), undefined);
  });

  test("CORNAC_CREDENTIALS replaces the file's", () => {
    writeFileSync(file, table(alice));
    const store = open({ CORNAC_CREDENTIALS: `${bob}:b` });
    assert.equal(store.find(bob), 'b');
    assert.equal(store.find(alice), undefined);
  });
});
