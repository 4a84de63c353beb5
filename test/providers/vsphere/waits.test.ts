import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { noProgress, type Provider, type RunningMachine } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

/** The longest time until a report. */
const TOLD_MS = 30_000;

// The tests depend on each other: they share one machine.
suite('a wait for a machine on vCenter', { skip: skipWithoutRoot }, () => {
  const name = 'cornac-waits';
  let world: VsphereWorld;
  let impatient: Provider;
  let machine: RunningMachine;

  before(async () => {
    world = await makeVsphereWorld(6);
    impatient = await world.open({ times: { boot: 2_000, otherHostKey: 500 } });
    await world.provider.ensureMachine(spec(name), noProgress());
    machine = await world.provider.startMachine(name, noProgress());
  });
  after(() => world?.remove());
  /** Ends starts that a failed test has left running. */
  let open = new AbortController();
  afterEach(async () => {
    open.abort();
    open = new AbortController();
    await world.simulator.setGuests({});
    await world.simulator.change(name, { question: '', connection: 'connected' });
  });

  const seen = async () =>
    (await world.simulator.state()).machines.find((candidate) => candidate.name === name);
  const power = async () => (await seen())?.power;
  /** Waits until its guest has booted this number of times. */
  const boots = async (times: number): Promise<void> => {
    for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(20)) {
      if ((await seen())?.boots === times) return;
    }
    assert.fail(`its guest has come up ${(await seen())?.boots} times, not ${times}`);
  };

  /** A running start, and everything that it has reported. */
  const start = (by: Provider = world.provider) => {
    const told: string[] = [];
    const end = by.startMachine(name, { signal: open.signal, report: (message) => told.push(message) }).then(
      () => undefined,
      (error) => error,
    );
    const tells = async (words: RegExp): Promise<void> => {
      for (const until = Date.now() + TOLD_MS; Date.now() < until; await delay(20)) {
        if (told.some((line) => words.test(line))) return;
      }
      assert.fail(`${words} was not told, but ${told.join(' | ')}`);
    };
    return { end, tells };
  };

  test('a suspended machine is reported and stays suspended', async () => {
    await world.simulator.change(name, { power: 'suspended' });
    const look = await world.provider.lookAtMachine(name);
    const paused = { reason: 'person', detail: 'by a person (suspended)' };
    assert.deepEqual([look?.paused, look?.reach], [paused, undefined]);
    const { end, tells } = start(impatient);
    await tells(
      /^waiting for the guest of cornac-waits since .* until .* UTC: paused by a person \(suspended\); Cornac waits$/,
    );
    const error = await end;
    assert.deepEqual([error?.code, error?.retryable], ['MachinePaused', false]);
    assert.equal(await power(), 'suspended');
    await world.provider.stopMachine(name, noProgress());
    assert.equal(await power(), 'poweredOff', 'who ends it need not resume it first');
    await world.provider.startMachine(name, noProgress());
  });

  test('a question of the hypervisor is reported, and the start continues after the answer', async () => {
    const text = 'There is no more space\nfor virtual disk cornac-waits.vmdk.';
    await world.simulator.change(name, { question: text });
    const detail =
      'until a person answers in vCenter: There is no more space for virtual disk cornac-waits.vmdk.';
    assert.deepEqual((await world.provider.lookAtMachine(name))?.paused, { reason: 'question', detail });
    const { end, tells } = start();
    await tells(/paused until a person answers in vCenter: There is no more space/);
    await world.simulator.change(name, { question: '' });
    assert.equal(await end, undefined);
  });

  test('a host that does not respond is reported by its name', async () => {
    await world.simulator.change(name, { connection: 'disconnected' });
    await world.simulator.setGuests({ silent: true });
    const { end, tells } = start(impatient);
    await tells(/vCenter has no connection to its host \S+, which does not respond/);
    assert.equal((await end)?.code, 'Timeout');
  });

  test('a machine that goes off is powered on again twice, and the third time is an error', async () => {
    const patient = await world.open({ times: { boot: 60_000 } });
    await world.provider.stopMachine(name, noProgress());
    await world.simulator.setGuests({ silent: true });
    const { end, tells } = start(patient);
    await tells(/VMware Tools do not run/);
    const before = (await seen())?.boots ?? 0;
    for (const times of [1, 2]) {
      await world.simulator.change(name, { power: 'poweredOff' });
      await boots(before + times);
      await tells(/it powered off, and is powered on again/);
    }
    await world.simulator.change(name, { power: 'poweredOff' });
    const error = await end;
    assert.deepEqual([error?.code, error?.retryable], ['MachineOff', false]);
    assert.match(error?.message, /cornac-waits powered off 3 times/);
  });

  test('another host key than the pinned one is reported at once, and then an error', async () => {
    machine = await world.provider.startMachine(name, noProgress());
    await world.ssh.run(
      machine.ssh,
      sh`rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N ${''} -f /etc/ssh/ssh_host_ed25519_key; pkill -HUP -o -x sshd`,
    );
    const { end, tells } = start(impatient);
    await tells(/presents another host key than the pinned one \(SHA256:\S+, not SHA256:\S+\)/);
    const error = await end;
    assert.deepEqual([error?.code, error?.retryable], ['HostKeyMismatch', false]);
  });
});
