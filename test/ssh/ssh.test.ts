import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { SshError } from '../../src/ssh/error.ts';
import { createSsh, type Ssh } from '../../src/ssh/ssh.ts';
import type { SshTarget } from '../../src/ssh/target.ts';
import { type LocalWorld, makeKey, makeLocalWorld, makeRunningMachine } from '../support/local/world.ts';
import { startSshAgent } from '../support/ssh-agent.ts';

let world: LocalWorld;
let machine: RunningMachine;
let target: SshTarget;
let ssh: Ssh;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeRunningMachine(world, 'cornac-ssh');
  target = machine.ssh;
  ssh = world.ssh;
});
after(() => world.remove());

function connectionOf(output: { stdout: string }) {
  return output.stdout;
}
const askConnection = sh`echo "$SSH_CONNECTION"`;

test('a command receives its input and returns its output', async () => {
  const stdin = Buffer.alloc(300_000, 'cornac\n');
  const { stdout, stderr } = await ssh.run(target, sh`cat; echo done >&2`, { stdin });
  assert.equal(stdout, stdin.toString());
  assert.equal(stderr, 'done\n');
});

test('a command that reads no input succeeds', async () => {
  await ssh.run(target, sh`exec 0<&-; true`, { stdin: Buffer.alloc(1_000_000) });
});

test('a failed command: the error has the exit status and the end of stderr', async () => {
  const failure = ssh.run(target, sh`head -c 100000 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 7`);
  await assert.rejects(failure, (error) => {
    assert.ok(error instanceof SshError);
    assert.deepEqual([error.code, error.exitCode, error.retryable], ['CommandFailed', 7, false]);
    assert.ok(error.stderr.length <= 8192 && error.stderr.endsWith('the end\n'));
    return true;
  });
});

test('a command ended by a signal has no exit status', async () => {
  await assert.rejects(ssh.run(target, sh`kill -9 $$`), { code: 'CommandFailed', exitCode: undefined });
});

test('consecutive commands share a connection', async () => {
  const first = connectionOf(await ssh.run(target, askConnection));
  assert.equal(connectionOf(await ssh.run(target, askConnection)), first);
});

test('thirty concurrent commands succeed', async () => {
  const runs = Array.from({ length: 30 }, (_, i) => ssh.run(target, sh`echo ${i}`));
  const outputs = await Promise.all(runs);
  assert.deepEqual(
    outputs.map(({ stdout }) => Number(stdout)),
    Array.from({ length: 30 }, (_, i) => i),
  );
});

test('an idle connection is closed, and the next command opens a new one', async (t) => {
  const hasty = createSsh({ auth: { keyFile: world.key.keyFile }, idleMs: 0 });
  t.after(() => hasty.close());
  const session = (await hasty.run(target, sh`echo $PPID`)).stdout.trim();
  await ssh.run(target, sh`while kill -0 ${session}; do sleep 0.01; done`);
  assert.notEqual((await hasty.run(target, sh`echo $PPID`)).stdout.trim(), session);
});

test('closing does not wait for a machine that no longer answers', async () => {
  const leaving = createSsh({ auth: { keyFile: world.key.keyFile } });
  const session = Number((await leaving.run(target, sh`echo $PPID`)).stdout);
  process.kill(session, 'SIGSTOP');
  try {
    await leaving.close();
  } finally {
    process.kill(session, 'SIGKILL');
  }
});

test('a command that takes too long is a retryable Timeout', async () => {
  const failure = ssh.run(target, sh`exec sleep 1000`, { timeoutMs: 50 });
  await assert.rejects(failure, { code: 'Timeout', retryable: true });
});

test("an aborted command rejects with the signal's reason", async () => {
  const caller = new AbortController();
  const started = `${world.stateDir}/machines/cornac-ssh/data/started`;
  const run = ssh.run(target, sh`touch ${started}; exec sleep 1000`, { signal: caller.signal });
  await ssh.run(target, sh`until [ -e ${started} ]; do sleep 0.01; done`);
  const reason = new Error('the caller goes away');
  caller.abort(reason);
  await assert.rejects(run, reason);
  await assert.rejects(ssh.run(target, sh`true`, { signal: caller.signal }), reason);
});

test('endless output is cut off', async () => {
  await assert.rejects(ssh.run(target, sh`cat /dev/zero`), { code: 'OutputTooLong', retryable: false });
});

test('a connection that breaks during a command is Disconnected, not CommandFailed', async () => {
  const failure = ssh.run(target, sh`kill -9 "$PPID"; sleep 1000`);
  await assert.rejects(failure, { code: 'Disconnected', retryable: true });
  await ssh.run(target, sh`true`);
});

test('a key that the machine does not know is refused', async (t) => {
  const stranger = createSsh({ auth: { keyFile: makeKey(world.stateDir, 'stranger').keyFile } });
  t.after(() => stranger.close());
  await assert.rejects(stranger.run(target, sh`true`), { code: 'AuthenticationFailed', retryable: false });
});

test('without agent and key file nothing is tried', async () => {
  await assert.rejects(createSsh({ auth: {} }).run(target, sh`true`), { code: 'AuthenticationFailed' });
});

test("the agent's key opens a connection", async (t) => {
  const agent = await startSshAgent(`${world.stateDir}/agent`);
  t.after(() => agent.stop());
  await agent.add(world.key.keyFile);
  const ours = createSsh({ auth: { agent: agent.socket } });
  t.after(() => ours.close());
  assert.equal((await ours.run(target, sh`echo in`)).stdout, 'in\n');
});

test('another host key is refused, whatever its type', async () => {
  const rsa = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC0';
  await assert.rejects(ssh.run({ ...target, hostKey: rsa }, sh`true`), { code: 'HostKeyMismatch' });
  const ed25519 = world.key.publicKey;
  const failure = ssh.run({ ...target, hostKey: ed25519 }, sh`true`);
  await assert.rejects(failure, { code: 'HostKeyMismatch', retryable: false });
});

test('no server at the address: a retryable Unreachable', async () => {
  await assert.rejects(ssh.run({ ...target, port: 1 }, sh`true`), { code: 'Unreachable', retryable: true });
});

test('errors show neither the command nor its input', async () => {
  const failure = ssh.run(target, sh`false ${'canary-in-command'}`, { stdin: 'canary-in-input' });
  await assert.rejects(failure, (error) => !JSON.stringify([error, String(error)]).includes('canary'));
});
