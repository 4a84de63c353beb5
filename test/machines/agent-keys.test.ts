import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readAgentKeys } from '../../src/machines/agent-keys.ts';
import { makeKey } from '../support/local/world.ts';
import { type SshAgent, startSshAgent } from '../support/ssh-agent.ts';

suite('the keys of an SSH agent', () => {
  let dir: string;
  let agent: SshAgent;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cornac-agent-'));
    agent = await startSshAgent(join(dir, 'agent'));
  });
  after(async () => {
    await agent.stop();
    await rm(dir, { recursive: true });
  });

  test('an agent without keys is a ConfigError', async () => {
    await assert.rejects(readAgentKeys(agent.socket), {
      name: 'ConfigError',
      message: /ssh-add.*SSH_KEY_FILE/,
    });
  });

  test('all keys of an agent are returned without comments', async () => {
    const keys = ['one', 'two'].map((name) => makeKey(dir, name));
    await agent.add(...keys.map(({ keyFile }) => keyFile));
    const bare = keys.map(({ publicKey }) => publicKey.split(' ', 2).join(' '));
    assert.deepEqual(await readAgentKeys(agent.socket), bare);
  });

  test('an agent that does not answer is a ConfigError', async () => {
    await assert.rejects(readAgentKeys(join(dir, 'none')), {
      name: 'ConfigError',
      message: /where no SSH agent answers.*ssh-add.*SSH_KEY_FILE/s,
    });
  });
});
