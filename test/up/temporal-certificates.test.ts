import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ownTemporalFiles } from '../../src/config/own-temporal.ts';
import { ensureTemporalCertificates } from '../../src/up/temporal-certificates.ts';

const YEAR_MS = 365 * 86_400_000;
const NOW = new Date('2030-06-01T12:00:00Z');

async function make(t: TestContext) {
  const stateDir = mkdtempSync(join(tmpdir(), 'cornac-certificates-'));
  t.after(() => rmSync(stateDir, { recursive: true }));
  const files = ownTemporalFiles(stateDir);
  await ensureTemporalCertificates(files, NOW);
  return files;
}

function read({ ca, server, client }: ReturnType<typeof ownTemporalFiles>) {
  return [ca, server.cert, client.cert].map((file) => new X509Certificate(readFileSync(file)));
}

test("Temporal's certificates are valid for this computer, and only their owner can read the keys", async (t) => {
  const files = await make(t);
  const [ca, server, client] = read(files);
  assert.ok(ca && server && client);
  assert.ok(ca.ca && !server.ca && !client.ca);
  for (const { cert, key } of [files.server, files.client]) {
    const certificate = new X509Certificate(readFileSync(cert));
    assert.ok(certificate.verify(ca.publicKey));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(key))));
    assert.equal(statSync(key).mode & 0o777, 0o600);
  }
  assert.equal(statSync(files.directory).mode & 0o777, 0o700);
  assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(server.checkHost('localhost'), 'localhost');
  // X509Certificate.keyUsage holds the extended ones: id-kp-serverAuth and id-kp-clientAuth.
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  assert.deepEqual(client.keyUsage, ['1.3.6.1.5.5.7.3.2']);
});

test("the authority's key is not stored", async (t) => {
  const files = await make(t);
  const [ca] = read(files);
  const names = readdirSync(files.directory);
  assert.deepEqual(names.sort(), ['ca.crt', 'client.crt', 'client.key', 'server.crt', 'server.key']);
  for (const { key } of [files.server, files.client]) {
    assert.equal(ca?.checkPrivateKey(createPrivateKey(readFileSync(key))), false);
  }
});

test('certificates stay unchanged for a year and are made again after it', async (t) => {
  const files = await make(t);
  const before = readFileSync(files.server.cert, 'utf8');
  await ensureTemporalCertificates(files, new Date(NOW.getTime() + YEAR_MS - 1_000));
  assert.equal(readFileSync(files.server.cert, 'utf8'), before);

  const later = new Date(NOW.getTime() + YEAR_MS + 1_000);
  await ensureTemporalCertificates(files, later);
  for (const { validFrom, validTo } of read(files)) {
    assert.ok(new Date(validFrom) < later);
    assert.ok(new Date(validTo).getTime() > later.getTime() + 9 * YEAR_MS);
  }
});

const damages: Readonly<Record<string, (files: ReturnType<typeof ownTemporalFiles>) => void>> = {
  'a missing key': ({ client }) => rmSync(client.key),
  'an invalid certificate': ({ server }) => writeFileSync(server.cert, 'half'),
  'a key of another certificate': ({ server, client }) => writeFileSync(client.key, readFileSync(server.key)),
  'a certificate of another authority': (files) => {
    const other = ownTemporalFiles(join(dirname(files.directory), 'other'));
    writeFileSync(files.ca, readFileSync(other.ca));
  },
};

for (const [what, damage] of Object.entries(damages)) {
  test(`damage: ${what}; all certificates are made again`, async (t) => {
    const files = await make(t);
    await ensureTemporalCertificates(ownTemporalFiles(join(dirname(files.directory), 'other')), NOW);
    const before = readFileSync(files.server.key, 'utf8');
    damage(files);
    await ensureTemporalCertificates(files, NOW);
    const [ca, server, client] = read(files);
    assert.ok(ca && server?.verify(ca.publicKey) && client?.verify(ca.publicKey));
    assert.ok(client?.checkPrivateKey(createPrivateKey(readFileSync(files.client.key))));
    assert.notEqual(readFileSync(files.server.key, 'utf8'), before);
  });
}

test('with a clock before their validity the certificates are made again', async (t) => {
  const files = await make(t);
  const before = new Date(NOW.getTime() - YEAR_MS);
  await ensureTemporalCertificates(files, before);
  for (const { validFrom } of read(files)) assert.ok(new Date(validFrom) < before);
});
