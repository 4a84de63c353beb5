import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createChildRecord, identify } from '../../src/supervisor/child-record.ts';
import { findFreePort, findTakenPorts } from '../../src/up/ports.ts';
import { statePaths, takeState } from '../../src/up/state.ts';
import { UpError } from '../../src/up/up-error.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-supervisor-'));
const processes: ChildProcess[] = [];
after(() => {
  for (const child of processes) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

async function start(script = ''): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1e6); process.send(1)`], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  processes.push(child);
  await once(child, 'message');
  const { pid } = child;
  assert.ok(pid);
  return Object.assign(child, { pid });
}

describe('the record of children', () => {
  let count = 0;
  const newFile = () => join(root, `${count++}.json`);

  const write = (file: string, ...children: unknown[]) => writeFileSync(file, JSON.stringify(children));

  test('ends a process that was left behind with SIGTERM', async () => {
    const child = await start();
    const file = newFile();
    write(file, identify(child.pid));
    const ended = once(child, 'exit');
    await createChildRecord(file).clear(10_000);
    assert.deepEqual(await ended, [null, 'SIGTERM']);
  });

  test('kills a process that does not end on SIGTERM', async () => {
    const child = await start("process.on('SIGTERM', () => {})");
    const file = newFile();
    write(file, identify(child.pid));
    const ended = once(child, 'exit');
    await createChildRecord(file).clear(200);
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  });

  test('does not touch another process with the same pid', async () => {
    const child = await start();
    const file = newFile();
    write(file, { pid: child.pid, startedAt: '1' });
    await createChildRecord(file).clear(200);
    assert.ok(identify(child.pid));
  });

  test('written by one supervisor is cleared by the next', async () => {
    const child = await start();
    const file = newFile();
    const record = createChildRecord(file);
    record.add('a', child.pid);
    record.add('gone', 2 ** 22 + 1);
    await record.settled();
    const ended = once(child, 'exit');
    await createChildRecord(file).clear(10_000);
    assert.deepEqual(await ended, [null, 'SIGTERM']);
  });

  for (const content of ['', '{}', 'null', '[{"pid":']) {
    test(`with the content ${JSON.stringify(content)} holds no process`, async () => {
      const file = newFile();
      writeFileSync(file, content);
      await createChildRecord(file).clear(0);
    });
  }
});

describe('ports', () => {
  test('a taken port is reported with the option that changes it', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const free = await findFreePort('127.0.0.1');
    const problems = await findTakenPorts([
      { what: 'Temporal', address: { host: '127.0.0.1', port }, option: '--temporal-port' },
      { what: 'metrics', address: { host: 'localhost', port: free }, option: '--ops-port' },
    ]);
    server.close();
    assert.deepEqual(problems, [
      `port ${port} for Temporal is in use on 127.0.0.1; stop the program that listens there, or choose another port with --temporal-port`,
    ]);
  });
});

describe('a state directory', () => {
  test('has one owner, and a second up is refused with its pid', async () => {
    const directory = join(root, 'state');
    const lock = await takeState(directory);
    await assert.rejects(takeState(directory), (error) => {
      assert.ok(error instanceof UpError);
      assert.match(error.message, new RegExp(`used by another .cornac up., process ${process.pid}\\.`));
      return true;
    });
    await lock.release();
    await (await takeState(directory)).release();
  });

  test("gives only its owner access to logs and Temporal's files", async () => {
    const directory = join(root, 'private');
    const lock = await takeState(directory);
    await lock.release();
    assert.equal(statSync(directory).mode & 0o777, 0o711);
    assert.equal(statSync(statePaths(directory).logs).mode & 0o777, 0o700);
    assert.equal(statSync(statePaths(directory).temporal).mode & 0o777, 0o700);
  });
});
