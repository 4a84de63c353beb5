import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { getMachineKeys, requireMachineKeys } from '../../src/machines/machine-keys.ts';
import { makeKey } from '../support/local/world.ts';
import { startSshAgent } from '../support/ssh-agent.ts';

suite('the keys for machines', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-keys-'));
  after(() => rmSync(dir, { recursive: true }));
  const { keyFile, publicKey } = makeKey(dir);
  const configOf = (settings: Settings) =>
    loadConfig({ env: { CORNAC_STATE_DIR: dir, CORNAC_IAAS: 'libvirt' }, cwd: dir, overrides: settings });

  test('the key file is used, even with an agent', async () => {
    const { auth, publicKeys } = await getMachineKeys(configOf({ SSH_KEY_FILE: keyFile }), '/nowhere');
    assert.deepEqual(auth, { keyFile });
    assert.deepEqual(publicKeys, [`${publicKey} cornac`]);
  });

  test('the agent is used without a key file', async (t) => {
    const agent = await startSshAgent(join(dir, 'agent'));
    t.after(() => agent.stop());
    await agent.add(keyFile);
    const { auth, publicKeys } = await getMachineKeys(configOf({}), agent.socket);
    assert.deepEqual(auth, { agent: agent.socket });
    assert.deepEqual(publicKeys, [publicKey]);
    const deployed = await getMachineKeys(configOf({ DEPLOY_KEY: publicKey }), agent.socket);
    assert.deepEqual(deployed.auth, { agent: agent.socket, first: publicKey });
  });

  test('without key file and agent the error says which commands to type', async () => {
    await assert.rejects(getMachineKeys(configOf({}), ''), {
      name: 'ConfigError',
      message: /cornac\.toml: SSH_KEY_FILE is not set.*SSH_AUTH_SOCK.*ssh-add.*SSH_KEY_FILE = /s,
    });
  });

  test('a public key is refused before anything is made, with the file to name', async () => {
    const file = join(dir, 'key.pub');
    writeFileSync(file, `${publicKey} me@here\n`);
    await assert.rejects(requireMachineKeys(configOf({ SSH_KEY_FILE: file })), {
      name: 'ConfigError',
      message: /^SSH_KEY_FILE is .*key\.pub, which is a public key; name the private key/,
    });
  });

  test('machines on this computer need no keys', async () => {
    await requireMachineKeys(configOf({ IAAS: ['local'] }));
  });

  test('a key file that is missing, invalid or has a passphrase is refused', async () => {
    const locked = join(dir, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', locked]);
    const text = join(dir, 'text');
    writeFileSync(text, 'no key');
    for (const file of [join(dir, 'missing'), text, locked]) {
      await assert.rejects(getMachineKeys(configOf({ SSH_KEY_FILE: file })), {
        name: 'ConfigError',
        message: /^SSH_KEY_FILE is .*; expected a private key without passphrase: /,
      });
    }
  });
});
