import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { authorityFile, loadAuthority, publishAuthority } from '../../src/authority/load.ts';

async function makeHost(t: TestContext, secretKey: Buffer) {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-authority-'));
  t.after(() => rm(stateDir, { recursive: true }));
  const host = { stateDir, secretKeyFile: join(stateDir, 'secret.key') };
  await writeFile(host.secretKeyFile, `${secretKey.toString('base64')}\n`);
  return host;
}

test('the certificate that one host publishes verifies the certificates that another host signs', async (t) => {
  const secretKey = randomBytes(32);
  const [one, two] = [await makeHost(t, secretKey), await makeHost(t, secretKey)];
  await Promise.all([one, two].map((host) => publishAuthority(host, assert.fail)));
  const published = await readFile(authorityFile(one), 'utf8');
  assert.ok((await loadAuthority(two)).isOf(published));
  assert.equal((await stat(authorityFile(one))).mode & 0o777, 0o644);
  assert.deepEqual((await readdir(one.stateDir)).sort(), ['authority.crt', 'secret.key']);
});

test('a published certificate stays unless it is damaged or of another authority', async (t) => {
  const host = await makeHost(t, randomBytes(32));
  await publishAuthority(host, assert.fail);
  const before = await readFile(authorityFile(host), 'utf8');
  await publishAuthority(host, assert.fail);
  assert.equal(await readFile(authorityFile(host), 'utf8'), before);
  for (const other of ['', 'no certificate\n']) {
    await writeFile(authorityFile(host), other);
    await publishAuthority(host, assert.fail);
    assert.ok((await loadAuthority(host)).isOf(await readFile(authorityFile(host), 'utf8')));
  }
  await writeFile(host.secretKeyFile, `${randomBytes(32).toString('base64')}\n`);
  await publishAuthority(host, assert.fail);
  const after = await readFile(authorityFile(host), 'utf8');
  assert.ok((await loadAuthority(host)).isOf(after));
  assert.notEqual(after, before);
});

test('a certificate that cannot be written is only a warning', async (t) => {
  const host = await makeHost(t, randomBytes(32));
  const said: string[] = [];
  const stateDir = join(host.secretKeyFile, 'state');
  await publishAuthority({ ...host, stateDir }, (message) => said.push(message));
  assert.match(said.join(), /secret\.key\/state\/authority\.crt cannot be written/);
  await publishAuthority({ ...host, stateDir: join(host.stateDir, 'made', 'for it') }, assert.fail);
});

test('a missing or short secret key is an error that says where to get one', async (t) => {
  const host = await makeHost(t, randomBytes(32));
  await rm(host.secretKeyFile);
  await assert.rejects(
    loadAuthority(host),
    /SECRET_KEY_FILE: .* is missing; run cornac bootstrap, or copy it/,
  );
  await writeFile(host.secretKeyFile, 'c2hvcnQ=\n');
  await assert.rejects(loadAuthority(host), /expected 32 bytes in base64, got 5/);
});
