import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';

/** The public key that OpenSSH reads from a private key; fails where it cannot read the private key. */
function readByOpenSsh(privateKey: string): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-key-'));
  try {
    writeFileSync(join(dir, 'key'), privateKey, { mode: 0o600 });
    return execFileSync('ssh-keygen', ['-y', '-f', join(dir, 'key')], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return undefined;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test('OpenSSH accepts a generated pair', () => {
  const pair = generateKeyPair();
  assert.equal(readByOpenSsh(pair.private)?.split(' ')[1], pair.public.split(' ')[1]);
});

function publicBytes(line: string): number {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64').length;
}

test('a pair that ssh2 has spoilt is thrown away', () => {
  const make = () => ssh2.utils.generateKeyPairSync('ed25519');
  // One pair in 256 is spoilt. The probability of none among 20,000 is 1e-34.
  const spoilt = Array.from({ length: 20_000 }).reduce<ReturnType<typeof make> | undefined>(
    (found) => found ?? [make()].find((pair) => publicBytes(pair.public) < 51),
    undefined,
  );
  assert.ok(spoilt, 'ssh2 spoils no keys any more: key-pair.ts can go');
  assert.equal(readByOpenSsh(spoilt.private), undefined, 'OpenSSH refuses it');

  const queue = [spoilt, spoilt];
  assert.equal(publicBytes(generateKeyPair(() => queue.shift() ?? make()).public), 51);
});
