import assert from 'node:assert/strict';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  authorityFile,
  bundleOf,
  loadAuthorities,
  loadAuthority,
  publishAuthority,
} from '../../src/authority/load.ts';

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
  assert.equal(published, await readFile(authorityFile(two), 'utf8'));
  assert.equal(published.match(/BEGIN CERTIFICATE/g)?.length, 2);
  const signed = new X509Certificate((await loadAuthority(two)).issue(['db.virt']).pem);
  assert.ok(signed.checkIssued(new X509Certificate(published)));
  assert.equal((await stat(authorityFile(one))).mode & 0o777, 0o644);
  assert.deepEqual((await readdir(one.stateDir)).sort(), ['authority.crt', 'secret.key']);
});

test('a published bundle is replaced where it is damaged, older or of another authority', async (t) => {
  const host = await makeHost(t, randomBytes(32));
  await publishAuthority(host, assert.fail);
  const before = await readFile(authorityFile(host), 'utf8');
  await publishAuthority(host, assert.fail);
  assert.equal(await readFile(authorityFile(host), 'utf8'), before);
  for (const other of ['', 'no certificate\n', (await loadAuthority(host)).certificate]) {
    await writeFile(authorityFile(host), other);
    await publishAuthority(host, assert.fail);
    assert.equal(await readFile(authorityFile(host), 'utf8'), before);
  }
  await writeFile(host.secretKeyFile, `${randomBytes(32).toString('base64')}\n`);
  await publishAuthority(host, assert.fail);
  const after = await readFile(authorityFile(host), 'utf8');
  assert.equal(after, bundleOf(await loadAuthorities(host)));
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
