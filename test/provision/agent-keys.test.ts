import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { readAgentKeys } from '../../src/provision/agent-keys.ts';
import { makeKey } from '../providers/local/support.ts';

const exec = promisify(execFile);

suite('the keys of an SSH agent', () => {
  let dir: string;
  let socket: string;
  let agent: ReturnType<typeof spawn>;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cornac-agent-'));
    socket = join(dir, 'agent');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
    assert.ok(agent.stdout);
    await once(createInterface(agent.stdout), 'line');
  });
  after(async () => {
    agent.kill();
    await once(agent, 'exit');
    await rm(dir, { recursive: true });
  });

  test('are missed where it has none', async () => {
    await assert.rejects(readAgentKeys(socket), { code: 'Configuration', message: /add one with ssh-add/ });
  });

  test('are read', async () => {
    const keys = ['one', 'two'].map((name) => makeKey(dir, name));
    for (const { keyFile } of keys)
      await exec('ssh-add', ['-q', keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    const bare = keys.map(({ publicKey }) => publicKey.split(' ', 2).join(' '));
    assert.deepEqual(await readAgentKeys(socket), bare);
  });

  test('are missed where it does not answer', async () => {
    await assert.rejects(readAgentKeys(join(dir, 'none')), {
      code: 'Configuration',
      message: /does not answer/,
    });
  });
});
