import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { execProgram, ProgramError, startDaemon } from '../../src/system/fork-server.ts';

const dir = mkdtempSync(join(tmpdir(), 'cornac-fork-server-'));
after(() => rmSync(dir, { recursive: true }));

/** Resolves when the process is gone, or is a zombie that only its parent can reap. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      if (/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise(setImmediate);
  }
}

test('a program gets its arguments, environment and directory, and its output is returned', async () => {
  const script = 'echo "$1 $WORD $PWD"; echo warning >&2';
  const output = await execProgram('/bin/sh', ['-c', script, 'sh', 'a b'], {
    env: { WORD: 'ä' },
    cwd: dir,
  });
  assert.deepEqual(output, { stdout: `a b ä ${dir}\n`, stderr: 'warning\n' });
});

test('the standard input of a program is empty', async () => {
  assert.deepEqual(await execProgram('cat', []), { stdout: '', stderr: '' });
});

test('a failed program has an error with its status and its output', async () => {
  await assert.rejects(execProgram('/bin/sh', ['-c', 'echo out; echo err >&2; exit 3']), (error) => {
    assert.ok(error instanceof ProgramError);
    const { code, signal, stdout, stderr } = error;
    assert.deepEqual(
      { code, signal, stdout, stderr },
      { code: 3, signal: undefined, stdout: 'out\n', stderr: 'err\n' },
    );
    return true;
  });
});

test('a killed program has an error with its signal, and no status', async () => {
  await assert.rejects(execProgram('/bin/sh', ['-c', 'kill -9 $$']), { code: undefined, signal: 'SIGKILL' });
});

test('a program that does not exist has the error of the system call', async () => {
  await assert.rejects(execProgram('/no/such/program', []), { code: 'ENOENT' });
});

test('a program that writes more than allowed is ended', async () => {
  await assert.rejects(execProgram('yes', [], { maxBuffer: 1000 }), {
    code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
  });
});

test('an abort ends the program, and its reason is thrown when the program has ended', async () => {
  const caller = new AbortController();
  const file = join(dir, 'pid');
  const script = 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 1000';
  const running = execProgram('/bin/sh', ['-c', script, 'sh', file], { signal: caller.signal });
  const pid = await readWhenThere(file);
  caller.abort(new Error('the caller goes away'));
  await assert.rejects(running, { message: 'the caller goes away' });
  await untilGone(pid);
});

test('an abort ends a program that ignores SIGTERM', async () => {
  const caller = new AbortController();
  const file = join(dir, 'deaf');
  const script = 'trap "" TERM; echo $$ >"$1.new"; mv "$1.new" "$1"; while :; do sleep 0.05; done';
  const running = execProgram('/bin/sh', ['-c', script, 'sh', file], { signal: caller.signal });
  const pid = await readWhenThere(file);
  caller.abort(new Error('the caller goes away'));
  await assert.rejects(running, { message: 'the caller goes away' });
  await untilGone(pid);
});

test('two aborts after the fork server was killed end in errors of their programs alone', async () => {
  const caller = new AbortController();
  const file = join(dir, 'server');
  const script = 'echo $PPID >"$1.new"; mv "$1.new" "$1"; exec sleep 1';
  const { signal } = caller;
  const both = Promise.allSettled([
    execProgram('/bin/sh', ['-c', script, 'sh', file], { signal }),
    execProgram('sleep', ['1'], { signal }),
  ]);
  const server = await readWhenThere(file);
  process.kill(server, 'SIGKILL');
  await untilGone(server);
  caller.abort(new Error('the caller goes away'));
  for (const each of await both) {
    assert.match(
      String(each.status === 'rejected' && each.reason),
      /the caller goes away|the fork server ended/,
    );
  }
});

test('a daemon writes to the log, and its end is told', async () => {
  const log = join(dir, 'log');
  writeFileSync(log, 'before\n');
  const daemon = startDaemon('/bin/sh', ['-c', 'echo trouble >&2; exit 1'], log, {});
  await daemon.ended;
  assert.equal(readFileSync(log, 'utf8'), 'before\ntrouble\n');
});

test('a daemon whose log is a link is not started', async () => {
  const [target, log] = [join(dir, 'target'), join(dir, 'link')];
  writeFileSync(target, '');
  symlinkSync(target, log);
  await startDaemon('/bin/sh', ['-c', 'echo trouble >&2'], log, {}).ended;
  assert.equal(readFileSync(target, 'utf8'), '');
});

test('a killed daemon ends', async () => {
  writeFileSync(join(dir, 'killed'), '');
  const daemon = startDaemon('sleep', ['1000'], join(dir, 'killed'), {});
  daemon.kill();
  await daemon.ended;
});

test('programs run again after the fork server was killed', async () => {
  const waits = execProgram('/bin/sh', ['-c', 'kill -9 $PPID; exec sleep 0.01']);
  await assert.rejects(waits, { message: /the fork server ended with SIGKILL/ });
  assert.deepEqual(await execProgram('echo', ['again']), { stdout: 'again\n', stderr: '' });
});

test('a process ends after its programs, and its fork server ends with it', async () => {
  const module = JSON.stringify(new URL('../../src/system/fork-server.ts', import.meta.url).href);
  const log = join(dir, 'daemon');
  writeFileSync(log, '');
  const script = `import { execProgram, startDaemon } from ${module};
    const { stdout } = await execProgram('/bin/sh', ['-c', 'echo $PPID']);
    startDaemon('/bin/sh', ['-c', 'echo $$ >&2; exec sleep 1000'], ${JSON.stringify(log)}, {}).unref();
    console.log(stdout.trim());`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let server = '';
  child.stdout.on('data', (chunk) => {
    server += chunk;
  });
  const [status] = await once(child, 'close');
  assert.equal(status, 0);
  await untilGone(Number(server));
  const daemon = await readWhenThere(log);
  process.kill(daemon, 'SIGKILL');
  await untilGone(daemon);
});

/** The pid in a file, as soon as it is there. */
async function readWhenThere(file: string): Promise<number> {
  for (;;) {
    const pid = Number(readOr(file));
    if (pid > 0) return pid;
    await new Promise(setImmediate);
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
