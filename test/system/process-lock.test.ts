import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { tryLock, waitForLock, withLock } from '../../src/system/process-lock.ts';

const dir = mkdtempSync(join(tmpdir(), 'cornac-lock-'));
after(() => rmSync(dir, { recursive: true }));

const patient = new AbortController().signal;
function name(suffix: string) {
  return join(dir, suffix);
}

test('ten holders of one lock run one after the other', async () => {
  let inside = 0;
  const visit = () =>
    withLock(name('many'), patient, async () => {
      assert.equal(++inside, 1);
      await turn();
      inside--;
      return 'visited';
    });
  assert.deepEqual(await Promise.all(Array.from({ length: 10 }, visit)), Array(10).fill('visited'));
});

test('locks with different names do not block each other', async () => {
  await withLock(name('a'), patient, () => withLock(name('b'), patient, async () => {}));
});

test('a failure frees the lock', async () => {
  await assert.rejects(
    withLock(name('fail'), patient, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  await withLock(name('fail'), patient, async () => {});
});

test('tryLock does not wait for a held lock', async () => {
  const lock = await tryLock(name('try'));
  assert.ok(lock);
  assert.equal(await tryLock(name('try')), undefined);
  await lock.release();
  const again = await tryLock(name('try'));
  assert.ok(again);
  await again.release();
});

test('an abort ends the wait for a lock', async () => {
  const caller = new AbortController();
  await withLock(name('wait'), patient, async () => {
    const waiting = withLock(name('wait'), caller.signal, async () => assert.fail('came in'));
    await turn();
    caller.abort(new Error('the caller goes away'));
    await assert.rejects(waiting, { message: 'the caller goes away' });
  });
});

test('a lock whose file is removed on release still admits one at a time, and the file is gone at the end', async () => {
  let inside = 0;
  const visit = async () => {
    const lock = await waitForLock(name('gone'), patient);
    assert.equal(++inside, 1);
    await turn();
    inside--;
    await lock.release({ remove: true });
  };
  await Promise.all(Array.from({ length: 10 }, visit));
  assert.ok(!existsSync(name('gone')));
});

test('a lock file is closed to other users', async () => {
  await withLock(name('mode'), patient, async () => {
    assert.equal(statSync(name('mode')).mode & 0o777, 0o600);
  });
});

test('a killed process leaves no lock', async () => {
  const module = JSON.stringify(new URL('../../src/system/process-lock.ts', import.meta.url).href);
  const script = `import { withLock } from ${module};
    withLock(${JSON.stringify(name('dead'))}, new AbortController().signal,
      () => { console.log('in'); return new Promise(() => setInterval(() => {}, 1000)); });`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const order: string[] = [];
  const waiting = withLock(name('dead'), patient, async () => void order.push('waiter'));
  await turn();
  order.push('kill');
  holder.kill('SIGKILL');
  await waiting;
  assert.deepEqual(order, ['kill', 'waiter']);
});

test('a process that is started while a lock is held does not keep the lock', async () => {
  const lock = await tryLock(name('child'));
  const child = spawn('sleep', ['1000'], { stdio: 'inherit' });
  await once(child, 'spawn');
  await lock?.release();
  const again = await tryLock(name('child'));
  child.kill();
  assert.ok(again);
  await again.release();
  assert.deepEqual(
    readdirSync(dir).filter((file) => file === 'gone'),
    [],
  );
});
