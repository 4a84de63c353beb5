import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { bundleOf } from '../../src/authority/load.ts';

const SECRET = Buffer.alloc(32, 7);
const authority = deriveAuthority(SECRET);
const root = new X509Certificate(authority.certificate);

test('one secret key derives one authority; another key derives another authority', () => {
  const other = deriveAuthority(SECRET);
  const certificate = new X509Certificate(other.issue(['db.virt']).pem);
  assert.ok(certificate.verify(root.publicKey));
  assert.ok(certificate.checkIssued(root));
  const stranger = new X509Certificate(deriveAuthority(randomBytes(32)).issue(['db.virt']).pem);
  assert.equal(stranger.verify(root.publicKey), false);
  assert.equal(stranger.checkIssued(root), false);
});

test('the certificate of the authority is the same in every process and from one version of Cornac to the next', () => {
  assert.equal(root.subject, 'CN=Cornac 7e573436ae1df7a8');
  assert.equal(deriveAuthority(SECRET).certificate, authority.certificate);
  assert.equal(root.fingerprint, '45:E8:31:94:4C:BD:8B:5C:7C:78:6D:49:56:79:E9:5D:91:AD:73:8F');
});

test('the next authority is another one, and clients that trust both accept the certificates of each', async (t) => {
  const next = deriveAuthority(SECRET, 2);
  assert.deepEqual(
    [authority, next].map(({ identifier }) => identifier),
    ['cornac-ca-ecc256-g1', 'cornac-ca-ecc256-g2'],
  );
  const directory = await mkdtemp(join(tmpdir(), 'cornac-authority-'));
  t.after(() => rm(directory, { recursive: true }));
  const [bundle, server] = [join(directory, 'bundle.pem'), join(directory, 'server.pem')];
  await writeFile(bundle, bundleOf([authority, next]));
  for (const each of [authority, next]) {
    const { pem } = each.issue(['db.virt']);
    await writeFile(server, pem);
    const said = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', bundle, server], {
      encoding: 'utf8',
    });
    assert.match(said, /: OK/);
    assert.equal(new X509Certificate(pem).verify(root.publicKey), each === authority);
  }
});

test('a certificate holds exactly the requested names and is not an authority', () => {
  const certificate = new X509Certificate(authority.issue(['127.77.0.3', 'fd00::3', 'Cornac-Prod']).pem);
  assert.equal(
    certificate.subjectAltName,
    'IP Address:127.77.0.3, DNS:cornac-prod, IP Address:FD00:0:0:0:0:0:0:3',
  );
  assert.equal(certificate.checkIP('127.77.0.3'), '127.77.0.3');
  assert.equal(certificate.checkIP('127.77.0.4'), undefined);
  assert.equal(certificate.checkHost('cornac-other'), undefined);
  assert.equal(certificate.ca, false);
  assert.equal(root.ca, true);
});

test('key and certificate match, and each certificate has its own key', () => {
  const [one, two] = [authority.issue(['db.virt']).pem, authority.issue(['db.virt']).pem];
  assert.ok(new X509Certificate(one).checkPrivateKey(createPrivateKey(one)));
  assert.equal(new X509Certificate(one).checkPrivateKey(createPrivateKey(two)), false);
});

test('the id changes only with the names and the authority', () => {
  const { id } = authority.issue(['a.virt', '10.0.0.1']);
  assert.equal(authority.issue(['10.0.0.1', 'A.virt', 'a.virt']).id, id);
  assert.notEqual(authority.issue(['a.virt']).id, id);
  assert.notEqual(deriveAuthority(randomBytes(32)).issue(['a.virt', '10.0.0.1']).id, id);
});

test('a certificate is valid from yesterday, for ten years', () => {
  const now = new Date('2030-06-01T12:00:00Z');
  const { pem, until, renewUntil } = authority.issue(['db.virt'], now);
  const { validFrom, validTo } = new X509Certificate(pem);
  assert.equal(new Date(validFrom).toISOString(), '2030-05-31T12:00:00.000Z');
  assert.equal(new Date(validTo).getTime(), until.getTime());
  assert.ok(renewUntil < until && renewUntil > now);
});

test('a name that is neither a DNS name nor an IP address gets no certificate', () => {
  for (const name of ['', '*.virt', 'a b', 'a,DNS:b', 'a\nb', '-a', 'a..b', '.a', 'a.']) {
    assert.throws(() => authority.issue([name]), RangeError, name);
  }
  assert.throws(() => authority.issue([]), RangeError);
});

test('OpenSSL accepts the certificates', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-authority-'));
  t.after(() => rm(directory, { recursive: true }));
  const [ca, server] = [join(directory, 'ca.pem'), join(directory, 'server.pem')];
  await writeFile(ca, authority.certificate);
  await writeFile(server, authority.issue(['127.77.0.3', 'cornac-prod']).pem);
  const verify = (...options: string[]) =>
    execFileSync(
      'openssl',
      ['verify', '-x509_strict', '-purpose', 'sslserver', ...options, '-CAfile', ca, server],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  assert.match(verify('-verify_ip', '127.77.0.3'), /: OK/);
  assert.match(verify('-verify_hostname', 'cornac-prod'), /: OK/);
  assert.throws(() => verify('-verify_ip', '127.77.0.4'));
});
