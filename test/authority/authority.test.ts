import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { deriveAuthority } from '../../src/authority/authority.ts';

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

test('the key of the authority stays the same from one version of Cornac to the next', () => {
  assert.equal(root.subject, 'CN=Cornac 7e573436ae1df7a8');
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
