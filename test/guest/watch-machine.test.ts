import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { watchMachine } from '../../src/guest/watch-machine.ts';
import type { MachineLook, RunningMachine } from '../../src/providers/provider.ts';

const machine: RunningMachine = {
  name: 'cornac-a',
  state: 'running',
  diskGiB: 5,
  address: '127.9.9.9',
  ssh: { host: '127.9.9.9', port: 22, user: 'root', hostKey: '' },
  guestRoot: '',
};

/** Work that ends when it is aborted or all looks are used, in a machine with the states `looks` in turn. */
function work(looks: readonly (MachineLook | undefined | Error)[], signal?: AbortSignal) {
  const told: string[] = [];
  const left = [...looks];
  const done = new AbortController();
  const look = async () => {
    if (left.length === 0) done.abort();
    const seen = left.length > 0 ? left.shift() : machine;
    if (seen instanceof Error) throw seen;
    return seen;
  };
  const options = { look, report: (text: string) => told.push(text), everyMs: 1, signal };
  const end = watchMachine(machine, options, async (running) => {
    await Promise.race([once(running, 'abort'), once(done.signal, 'abort')]);
    running.throwIfAborted();
    return 'done';
  });
  return { end, told };
}
function paused(reason: NonNullable<MachineLook['paused']>['reason'], detail: string): MachineLook {
  return {
    ...machine,
    paused: { reason, detail },
  };
}

test('work in a running machine goes on, also while the provider is unreachable', async () => {
  const { end, told } = work([machine, new Error('away'), machine]);
  assert.deepEqual([await end, told], ['done', []]);
});

test('work in a machine that went off or is gone ends with a retryable error', async () => {
  await assert.rejects(work([machine, { ...machine, state: 'stopped' }]).end, {
    code: 'Disconnected',
    retryable: true,
    message: 'cornac-a powered off while a step ran in it',
  });
  await assert.rejects(work([undefined]).end, { code: 'Disconnected', message: /cornac-a no longer exists/ });
});

test('a pause by a person is reported while it lasts, and the work goes on', async () => {
  const { end, told } = work([paused('person', 'by a person'), machine]);
  assert.equal(await end, 'done');
  assert.deepEqual(told, ['cornac-a is paused by a person', '']);
});

test('work in a machine on a full pool ends, because the next attempt resumes the machine', async () => {
  const { end, told } = work([paused('storage-full', 'after an I/O error: the pool default is full')]);
  await assert.rejects(end, {
    code: 'Disconnected',
    message: /after an I.O error: the pool default is full/,
  });
  assert.equal(told[0], 'cornac-a is paused after an I/O error: the pool default is full');
});

test('an abort by the caller rejects with the caller’s reason', async () => {
  const outside = new AbortController();
  const { end } = work([machine, machine, machine], outside.signal);
  outside.abort(new Error('enough'));
  await assert.rejects(end, /enough/);
});
