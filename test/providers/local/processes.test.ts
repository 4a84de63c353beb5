import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accountOf } from '../../../src/providers/local/account.ts';
import { machineProcesses, ROOT_VARIABLE } from '../../../src/providers/local/processes.ts';

let directory: string;
let root: string;
const started: ChildProcess[] = [];
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'cornac-processes-'));
  root = join(directory, 'machine');
  mkdirSync(join(root, 'data/pgdata'), { recursive: true });
  writeFileSync(join(root, 'sshd.log'), '');
});
after(async () => {
  for (const child of started) {
    const ended = once(child, 'close');
    if (child.kill('SIGKILL')) await ended;
  }
  rmSync(directory, { recursive: true });
});

/** Starts a program, which ends with the test. */
async function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(program, args, { stdio: 'ignore', ...options });
  started.push(child);
  await once(child, 'spawn');
  return child.pid ?? 0;
}

/** A program that sleeps, with the name of another one. */
function named(name: string): string {
  const program = join(directory, name);
  copyFileSync('/bin/sleep', program);
  return program;
}

function listProcesses(): Promise<number[]> {
  const { uid = 0, gid = 0 } = { uid: process.getuid?.(), gid: process.getgid?.() };
  return machineProcesses(root, { ...accountOf('shared', uid, gid), exclusive: false });
}

test("a person's programs on a machine's files are not the machine's, although they have its user", async () => {
  const viewer = await run('tail', ['-f', join(root, 'sshd.log')]);
  const shell = await run('sleep', ['1000'], { cwd: join(root, 'data') });
  const found = await listProcesses();
  assert.ok(!found.includes(viewer));
  assert.ok(!found.includes(shell));
});

test("a machine's PostgreSQL, its sshd and what its SSH sessions started are the machine's", async () => {
  const own = await Promise.all([
    run(named('postgres'), ['1000'], { cwd: join(root, 'data/pgdata') }),
    run(named('sshd'), ['1000'], { argv0: `${root}/etc/ssh/sshd_config` }),
    run('sleep', ['1000'], { env: { [ROOT_VARIABLE]: root } }),
  ]);
  const found = await listProcesses();
  for (const pid of own) assert.ok(found.includes(pid));
});
