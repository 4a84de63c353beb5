import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { withLock } from '../../../src/providers/local/lock.ts';

const patient = new AbortController().signal;
const name = (suffix: string) => `lock-test-${process.pid}-${suffix}`;

test('one after the other comes in', async () => {
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

test('other names do not wait', async () => {
  await withLock(name('a'), patient, () => withLock(name('b'), patient, async () => {}));
});

test('a failure opens the lock', async () => {
  await assert.rejects(
    withLock(name('fail'), patient, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  await withLock(name('fail'), patient, async () => {});
});

test('who waits may give up', async () => {
  const caller = new AbortController();
  await withLock(name('wait'), patient, async () => {
    const waiting = withLock(name('wait'), caller.signal, async () => assert.fail('came in'));
    await turn();
    caller.abort(new Error('the caller goes away'));
    await assert.rejects(waiting, { message: 'the caller goes away' });
  });
});

test('a process that was killed leaves no lock', async () => {
  const module = JSON.stringify(new URL('../../../src/providers/local/lock.ts', import.meta.url).href);
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
