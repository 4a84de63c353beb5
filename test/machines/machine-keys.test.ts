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

suite('how Cornac gets into machines', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cornac-keys-'));
  after(() => rmSync(dir, { recursive: true }));
  const { keyFile, publicKey } = makeKey(dir);
  const configOf = (settings: Settings) =>
    loadConfig({ env: { CORNAC_STATE_DIR: dir, CORNAC_IAAS: 'libvirt' }, cwd: dir, overrides: settings });

  test('is by the key file, even where there is an agent', async () => {
    const { auth, publicKeys } = await getMachineKeys(configOf({ SSH_KEY_FILE: keyFile }), '/nowhere');
    assert.deepEqual(auth, { keyFile });
    assert.deepEqual(publicKeys, [`${publicKey} cornac`]);
  });

  test('is by the agent', async (t) => {
    const agent = await startSshAgent(join(dir, 'agent'));
    t.after(() => agent.stop());
    await agent.add(keyFile);
    const { auth, publicKeys } = await getMachineKeys(configOf({}), agent.socket);
    assert.deepEqual(auth, { agent: agent.socket });
    assert.deepEqual(publicKeys, [publicKey]);
  });

  test('has to be said where there is neither, and what to type is told', async () => {
    await assert.rejects(getMachineKeys(configOf({}), ''), {
      name: 'ConfigError',
      message: /cornac\.toml: SSH_KEY_FILE is not set.*SSH_AUTH_SOCK.*ssh-add.*SSH_KEY_FILE = /s,
    });
  });

  test('is no matter on this computer', async () => {
    await requireMachineKeys(configOf({ IAAS: ['local'] }));
  });

  test('is by no file that is missing, holds something else, or wants a passphrase', async () => {
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
