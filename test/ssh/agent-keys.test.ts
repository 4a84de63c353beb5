import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, suite, type TestContext, test } from 'node:test';
import { sh } from '../../src/ssh/command.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import type { SshTarget } from '../../src/ssh/target.ts';
import { type LocalWorld, makeKey, makeLocalWorld, makeRunningMachine } from '../support/local/world.ts';
import { type SshAgent, startSshAgent } from '../support/ssh-agent.ts';

/** OpenSSH's sshd ends a connection after six refused keys. */
const STRANGERS = 20;

suite('an agent with more keys than sshd takes on one connection', () => {
  let world: LocalWorld;
  let target: SshTarget;
  let strangers: SshAgent;
  let all: SshAgent;
  before(async () => {
    world = await makeLocalWorld();
    target = (await makeRunningMachine(world, 'cornac-keys')).ssh;
    const files = Array.from(
      { length: STRANGERS },
      (_, index) => makeKey(world.stateDir, `key-${index}`).keyFile,
    );
    strangers = await startSshAgent(`${world.stateDir}/strangers`);
    await strangers.add(...files);
    all = await startSshAgent(`${world.stateDir}/all`);
    await all.add(...files, world.key.keyFile);
  });
  after(async () => {
    await strangers?.stop();
    await all?.stop();
    await world?.remove();
  });

  /** The same machine behind a port that counts the connections. */
  async function counted(t: TestContext): Promise<{ target: SshTarget; count: () => number }> {
    let connections = 0;
    const server = createServer((client) => {
      connections += 1;
      const machine = connect(target.port, target.host);
      client.pipe(machine).pipe(client);
      client.on('error', () => machine.destroy());
      machine.on('error', () => client.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    return { target: { ...target, host: '127.0.0.1', port }, count: () => connections };
  }

  test('opens a connection though the last of its keys is the one that fits', async (t) => {
    const ssh = createSsh({ auth: { agent: all.socket } });
    t.after(() => ssh.close());
    assert.equal((await ssh.run(target, sh`echo in`)).stdout, 'in\n');
  });

  test('offers the key that fitted before first', async (t) => {
    const ssh = createSsh({ auth: { agent: all.socket }, idleMs: 0 });
    t.after(() => ssh.close());
    await ssh.run(target, sh`true`);
    const { target: again, count } = await counted(t);
    await ssh.run(again, sh`true`);
    assert.equal(count(), 1);
  });

  test('offers the key of DEPLOY_KEY first', async (t) => {
    const ssh = createSsh({ auth: { agent: all.socket, first: `${world.key.publicKey} by name` } });
    t.after(() => ssh.close());
    const { target: here, count } = await counted(t);
    await ssh.run(here, sh`true`);
    assert.equal(count(), 1);
  });

  test('is refused where none of its keys fits: this is no unreachable machine', async (t) => {
    const ssh = createSsh({ auth: { agent: strangers.socket } });
    t.after(() => ssh.close());
    await assert.rejects(ssh.run(target, sh`true`), { code: 'AuthenticationFailed', retryable: false });
  });

  test('that does not answer is named as the reason', async (t) => {
    const ssh = createSsh({ auth: { agent: `${world.stateDir}/none` } });
    t.after(() => ssh.close());
    await assert.rejects(ssh.run(target, sh`true`), {
      code: 'AuthenticationFailed',
      message: /agent .*does not answer/,
    });
  });
});
