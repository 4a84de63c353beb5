import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { authorizedKeys } from '../../../src/providers/libvirt/authorized-keys.ts';
import { createHostKey } from '../../../src/providers/libvirt/identity.ts';
import { temporaryDirectory } from '../../support/libvirt/files.ts';

const none = { deployKey: undefined, keyFile: undefined, agent: undefined };

async function keyFile(t: TestContext) {
  const key = createHostKey();
  const path = join(await temporaryDirectory(t), 'key');
  writeFileSync(path, key.private, { mode: 0o600 });
  return { path, open: key.public };
}

async function agent(t: TestContext): Promise<string> {
  const socket = join(await temporaryDirectory(t), 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill());
  await once(child.stdout, 'data');
  return socket;
}

const refuses = (settings: Parameters<typeof authorizedKeys>[0], message: RegExp) =>
  assert.rejects(authorizedKeys(settings), { code: 'Configuration', retryable: false, message });

test('the keys of the agent are let in', async (t) => {
  const socket = await agent(t);
  const key = await keyFile(t);
  execFileSync('ssh-add', ['-q', key.path], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  assert.deepEqual(await authorizedKeys({ ...none, agent: socket }), [key.open]);
});

test('a key file is used instead of the agent', async (t) => {
  const key = await keyFile(t);
  assert.deepEqual(await authorizedKeys({ ...none, keyFile: key.path, agent: '/nowhere' }), [key.open]);
});

test('DEPLOY_KEY is let in instead, but there must be a key to come in with', async (t) => {
  const key = await keyFile(t);
  const deployKey = 'ssh-ed25519 AAAA operator';
  assert.deepEqual(await authorizedKeys({ ...none, deployKey, keyFile: key.path }), [deployKey]);
  await refuses({ ...none, deployKey }, /no SSH agent/);
});

test('what is missing is said with what to do about it', async (t) => {
  await refuses(none, /set SSH_AUTH_SOCK/);
  await refuses({ ...none, agent: '/nowhere/agent' }, /does not answer/);
  await refuses({ ...none, agent: await agent(t) }, /ssh-add/);
  await refuses({ ...none, keyFile: '/nowhere/key' }, /SSH_KEY_FILE: ENOENT/);
  const path = join(await temporaryDirectory(t), 'key');
  writeFileSync(path, 'not a key');
  await refuses({ ...none, keyFile: path }, /SSH_KEY_FILE .*key/);
});
