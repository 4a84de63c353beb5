import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { createBackoff } from '../../src/supervisor/backoff.ts';
import { type ChildEvents, supervise } from '../../src/supervisor/child.ts';

function node(script: string): ChildProcess {
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

const serving = `process.send('ready'); setInterval(() => {}, 1e6);`;
const deaf = `process.on('SIGTERM', () => {}); ${serving}`;

function collect() {
  const pids: number[] = [];
  const ends: string[] = [];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const look of waiting) look();
  };
  const events: ChildEvents = {
    started: (_, pid) => {
      pids.push(pid);
      wake();
    },
    ended: (_, how) => {
      ends.push(how);
      wake();
    },
  };
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => condition() && resolve();
      waiting.push(look);
      look();
    });
  return { pids, ends, events, until };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a supervised child', () => {
  test('is ready when it announces so, and has ended after stop', async () => {
    const { pids, events } = collect();
    const child = supervise({ name: 'c', start: () => node(serving), graceMs: 5_000 }, events);
    await child.ready;
    assert.equal(child.pid(), pids[0]);
    await child.stop();
    assert.equal(child.pid(), undefined);
    assert.equal(isAlive(pids[0] ?? 0), false);
  });

  test('that is killed is started again and is still supervised', async () => {
    const { pids, ends, events, until } = collect();
    const child = supervise({ name: 'c', start: () => node(serving), graceMs: 5_000 }, events);
    await child.ready;
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until(() => pids.length === 2);
    assert.deepEqual(ends, ['was killed (SIGKILL)']);
    assert.equal(child.pid(), pids[1]);
    await child.stop();
    assert.ok(pids.every((pid) => !isAlive(pid)));
  });

  test('that fails at every start is given up after four starts', async () => {
    const { ends, events } = collect();
    const child = supervise({ name: 'c', start: () => node('process.exit(3)'), graceMs: 5_000 }, events);
    await assert.rejects(child.ready, /^Error: c does not start: it ended with status 3$/);
    assert.deepEqual(ends, Array(4).fill('ended with status 3'));
    await child.stop();
  });

  test('whose end is final is not started again, whether it has served or not', async () => {
    const final = { status: 3, reason: 'the reason' };
    const words = /^FinalEndError: c ended and is not restarted: the reason$/;
    for (const script of ['process.exit(3)', `process.send('ready', () => process.exit(3))`]) {
      const { pids, ends, events } = collect();
      const child = supervise({ name: 'c', start: () => node(script), final, graceMs: 5_000 }, events);
      await assert.rejects(child.ended, words);
      await child.stop();
      assert.equal(pids.length, 1);
      assert.deepEqual(ends, []);
    }
  });

  test('whose program is missing is given up', async () => {
    const { ends, events } = collect();
    const start = () => spawn('/nowhere/program', { stdio: 'ignore' });
    const child = supervise({ name: 'c', start, graceMs: 5_000 }, events);
    await assert.rejects(child.ready, /c does not start/);
    assert.match(ends[0] ?? '', /could not be started: .*ENOENT/);
    await child.stop();
  });

  test('that cannot be started on a full disk is given up with that reason', async () => {
    const { events } = collect();
    const start = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    const child = supervise({ name: 'c', start, graceMs: 5_000 }, events);
    await assert.rejects(child.ready, /c does not start: it cannot be started: ENOSPC/);
    await child.stop();
  });

  test('that is stopped before it is ready is not started again', async () => {
    const { pids, events, until } = collect();
    const child = supervise(
      { name: 'c', start: () => node('setInterval(() => {}, 1e6)'), graceMs: 5_000 },
      events,
    );
    await until(() => pids.length === 1);
    await child.stop();
    await assert.rejects(child.ready, /was stopped/);
    assert.equal(pids.length, 1);
  });

  test('that ignores SIGTERM is killed after graceMs', async () => {
    const { pids, events } = collect();
    const child = supervise({ name: 'c', start: () => node(deaf), graceMs: 100 }, events);
    await child.ready;
    await child.stop();
    assert.equal(isAlive(pids[0] ?? 0), false);
  });

  test('that is stopped twice is killed at once', async () => {
    const { events } = collect();
    const child = supervise({ name: 'c', start: () => node(deaf), graceMs: 600_000 }, events);
    await child.ready;
    const first = child.stop();
    await child.stop();
    await first;
    assert.equal(child.pid(), undefined);
  });

  test('with its own `ready`: the signal is aborted at the end of each process', async () => {
    const { events } = collect();
    const aborted: boolean[] = [];
    const child = supervise(
      {
        name: 'c',
        start: () => node('process.exit(0)'),
        ready: async (_process, signal) => {
          await once(signal, 'abort');
          aborted.push(true);
          throw signal.reason;
        },
        graceMs: 100,
      },
      events,
    );
    await assert.rejects(child.ready, /does not start/);
    assert.equal(aborted.length, 4);
    await child.stop();
  });

  test('that lives and does not serve is reported with the reason', {
    timeout: 20_000,
  }, async () => {
    const said: string[] = [];
    let hear: () => void = () => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const child = supervise(
      {
        name: 'c',
        start: () => node('setInterval(() => {}, 1e6)'),
        ready: async (_process, signal, reportProblem) => {
          reportProblem('no process listens');
          await once(signal, 'abort');
          throw signal.reason;
        },
        graceMs: 5_000,
      },
      {
        notReady: (name, why) => {
          said.push(`${name} ${why}`);
          if (said.length === 2) hear();
        },
      },
      { notReadyMs: 50 },
    );
    await heard;
    await child.stop();
    assert.match(said[0] ?? '', /^c is not ready after \d+ s: no process listens$/);
  });

  test('that lives and will never serve is given up', { timeout: 20_000 }, async () => {
    const child = supervise({
      name: 'c',
      start: () => node('setInterval(() => {}, 1e6)'),
      ready: () => Promise.reject(new Error('not allowed')),
      graceMs: 5_000,
    });
    await assert.rejects(child.ready, /^Error: c cannot become ready: not allowed$/);
    await child.stop();
  });
});

test('pauses double up to ten seconds and begin again after a child that lived long', () => {
  const backoff = createBackoff();
  const short = Array.from({ length: 8 }, () => backoff.next(10, false));
  assert.deepEqual(short, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  assert.equal(backoff.next(60_000, false), 250);
  assert.equal(backoff.next(0, false), 500);
  for (let starts = 0; starts < 8; starts++) backoff.next(0, true);
  assert.equal(backoff.next(0, true), 1_000);
});
