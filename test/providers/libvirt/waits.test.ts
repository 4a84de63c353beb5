import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { noProgress, type Progress, type Provider } from '../../../src/providers/provider.ts';
import { needsLibvirt, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-w', cpus: 1, memoryMiB: 64, diskGiB: 1 };
/** How long a message may take. */
const TOLD_MS = 30_000;

/** Real machines in a real libvirt. They run and never get an address, because their disks are empty. */
describe('a wait for a machine', needsLibvirt, () => {
  let world: LibvirtWorld;
  let provider: Provider;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    provider = await world.open({ times: { address: 8_000, boot: 8_000 } });
    await provider.ensureMachine(spec, noProgress());
  });
  after(async () => {
    await provider?.close();
    await world?.remove();
  });
  /** Aborts the starts that a failed test has left. */
  let open = new AbortController();
  afterEach(() => {
    open.abort(new Error('the test is over'));
    open = new AbortController();
  });
  beforeEach(async () => {
    if ((await state()) !== 'shut off') await virsh('destroy', spec.name);
  });

  const state = () => virsh('domstate', spec.name);

  /** A start that runs, and all its reports. */
  const start = (by: Provider = provider) => {
    const told: string[] = [];
    const progress: Progress = { signal: open.signal, report: (message) => told.push(message) };
    const end = by.startMachine(spec.name, progress).then(
      () => undefined,
      (error) => error,
    );
    const tells = async (words: RegExp): Promise<string> => {
      for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(50)) {
        const found = told.find((message) => words.test(message));
        if (found !== undefined) return found;
      }
      return assert.fail(`${words} was not told, but ${told.join(' | ')}`);
    };
    return { told, end, tells };
  };

  test('reports what it waits for, since when, until when, and what is missing', async () => {
    const { end, tells } = start();
    await tells(
      /^waiting for (an address of|SSH on) cornac-w.* since \d\d:\d\d:\d\d, until \d\d:\d\d:\d\d UTC: (it has no lease in t\w+, and its guest agent reports no address|no route to|no answer)/,
    );
    const error = await end;
    assert.equal(error.code, 'Timeout');
    assert.match(error.message, /waited \d+ s for .* cornac-w.*: (it has no lease|no route|no answer)/);
  });

  test('reports a name that does not resolve, and whether the machine has a lease', async (t) => {
    const named = await world.open({ dnsDomain: '.invalid' });
    t.after(() => named.close());
    const { end, tells } = start(named);
    await tells(/: the name cornac-w.invalid does not resolve, and the machine has no lease$/);
    open.abort(new Error('enough'));
    assert.match((await end).message, /enough/);
  });

  test('powers the machine on again when it goes off, and ends with MachineOff at the third time', async (t) => {
    const patient = await world.open({ times: { address: 120_000, boot: 120_000 } });
    t.after(() => patient.close());
    const { end, told, tells } = start(patient);
    const countOn = () => told.filter((message) => message === `powering ${spec.name} on`).length;
    await tells(/waiting for (an address of|SSH on) cornac-w/);
    for (const times of [2, 3]) {
      await virsh('destroy', spec.name);
      // Libvirt shows a domain as paused during its start.
      for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(50)) {
        if (countOn() === times && (await state()) === 'running') break;
      }
      assert.deepEqual([countOn(), await state()], [times, 'running']);
    }
    await virsh('destroy', spec.name);
    const error = await end;
    assert.equal(error.code, 'MachineOff');
    assert.equal(error.retryable, false);
    assert.match(error.message, /cornac-w on localhost powered off 3 times/);
  });

  test('reports a machine that a person paused, does not resume it, and ends with MachinePaused', async () => {
    const { end, tells } = start();
    await tells(/waiting for (an address of|SSH on) cornac-w/);
    await virsh('suspend', spec.name);
    await tells(/: paused by a person; Cornac waits until it is resumed \(virsh resume cornac-w\)$/);
    const error = await end;
    assert.deepEqual([error.code, error.retryable], ['MachinePaused', false]);
    assert.match(error.message, /paused by a person/);
    assert.equal(await state(), 'paused');
  });

  test('goes on after the machine is resumed in time', async () => {
    await virsh('start', spec.name, '--paused');
    const { tells, end } = start();
    await tells(/paused by a person/);
    await virsh('resume', spec.name);
    await tells(/: (it has no lease|no route|no answer)/);
    assert.equal((await end).code, 'Timeout');
  });

  test('a look changes neither power nor pause', async () => {
    assert.equal((await provider.lookAtMachine(spec.name))?.state, 'stopped');
    assert.equal(await state(), 'shut off');
    await virsh('start', spec.name);
    await virsh('suspend', spec.name);
    const look = await provider.lookAtMachine(spec.name);
    const paused = { reason: 'person', detail: 'by a person' };
    assert.deepEqual([look?.state, look?.paused, look?.reach], ['running', paused, undefined]);
    const [listed] = await provider.listMachines();
    assert.deepEqual(listed?.paused, paused);
    assert.equal(await state(), 'paused');
    await virsh('resume', spec.name);
    assert.equal((await provider.lookAtMachine(spec.name))?.paused, undefined);
  });

  test('a shutdown during which the machine is paused cuts the power at once', async () => {
    await virsh('start', spec.name);
    const caller = new AbortController();
    let suspended: Promise<unknown> | undefined;
    const report = (message: string) => {
      if (message.startsWith('waiting for')) suspended ??= virsh('suspend', spec.name);
    };
    await provider.stopMachine(spec.name, { signal: caller.signal, report });
    assert.ok(suspended);
    await suspended;
    assert.equal(await state(), 'shut off');
  });
});
