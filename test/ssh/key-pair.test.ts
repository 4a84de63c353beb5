import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';

/** Whether OpenSSH can read the private key, and what public key it sees in it. */
const readByOpenSsh = (privateKey: string): string | undefined => {
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
};

test('a pair is one that OpenSSH takes', () => {
  const pair = generateKeyPair();
  assert.equal(readByOpenSsh(pair.private)?.split(' ')[1], pair.public.split(' ')[1]);
});

test('a pair that ssh2 has spoilt is thrown away', () => {
  let made = 0;
  let spoilt: string | undefined;
  // One of 256: none among 20,000 has the probability of 1e-34.
  while (spoilt === undefined && made < 20_000) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    made++;
    if (pair.public.length < generateKeyPair().public.length) spoilt = pair.private;
    if (spoilt === undefined) continue;
    assert.equal(readByOpenSsh(spoilt), undefined, 'OpenSSH refuses it');
    const whole = ssh2.utils.generateKeyPairSync('ed25519');
    const queue = [pair, whole];
    const taken = generateKeyPair(() => queue.shift() ?? whole);
    assert.notEqual(taken.private, pair.private);
  }
  assert.ok(spoilt, 'ssh2 still spoils keys; when it no longer does, key-pair.ts can go');
});
