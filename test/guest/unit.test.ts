import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Guest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { sh } from '../../src/ssh/command.ts';
import { type LocalWorld, makeLocalWorld, makeRunningMachine } from '../providers/local/support.ts';

let world: LocalWorld;
let machine: RunningMachine;
let guest: Guest;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeRunningMachine(world, 'cornac-unit');
  guest = world.guest;
});
after(() => world.remove());

const shell = (name: string, script: string) => ({ name, command: ['sh', '-c', script, machine.guestRoot] });
const runs = async (name: string) =>
  (await world.ssh.run(machine.ssh, sh`cat ${machine.guestRoot}/${name} 2>/dev/null || :`)).stdout;

test('a unit runs once, however often it is asked for', async () => {
  const unit = shell('once', 'echo run >>"$0/once"; echo said');
  const outputs = await Promise.all([guest.ensureUnit(machine, unit), guest.ensureUnit(machine, unit)]);
  assert.deepEqual(outputs, ['said', 'said']);
  assert.equal(await guest.ensureUnit(machine, unit), 'said');
  assert.equal(await runs('once'), 'run\n');
});

test('a unit that is forgotten runs again', async () => {
  const unit = shell('again', 'echo run >>"$0/again"');
  await guest.ensureUnit(machine, unit);
  await guest.forgetUnit(machine, 'again');
  await guest.forgetUnit(machine, 'again');
  await guest.ensureUnit(machine, unit);
  assert.equal(await runs('again'), 'run\nrun\n');
});

test('a unit that fails tells why, and may be tried again', async () => {
  const unit = shell('failing', 'echo run >>"$0/failing"; echo the reason; exit 3');
  const failure = { code: 'CommandFailed', exitCode: 3, stderr: 'the reason' };
  await assert.rejects(guest.ensureUnit(machine, unit), failure);
  await assert.rejects(guest.ensureUnit(machine, unit), failure);
  assert.equal(await runs('failing'), 'run\nrun\n');
});

test('a unit goes on when its caller goes away, and the next caller finds it', async () => {
  const unit = shell(
    'lasting',
    'echo run >>"$0/lasting"; until [ -e "$0/go" ]; do sleep 0.02; done; echo end',
  );
  const caller = new AbortController();
  const report = () => caller.abort(new Error('gone'));
  await assert.rejects(guest.ensureUnit(machine, unit, { signal: caller.signal, report }), {
    message: 'gone',
  });
  await world.ssh.run(machine.ssh, sh`touch ${`${machine.guestRoot}/go`}`);
  assert.equal(await guest.ensureUnit(machine, unit), 'end');
  assert.equal(await runs('lasting'), 'run\n');
});

test('a unit that was killed runs again', async () => {
  const unit = shell(
    'killed',
    'echo run >>"$0/killed"; [ -e "$0/second" ] || { touch "$0/second"; kill -9 0; }',
  );
  await guest.ensureUnit(machine, unit);
  assert.equal(await runs('killed'), 'run\nrun\n');
});

test('forgetting a unit ends it', async () => {
  const unit = shell('endless', 'exec sleep 1000.5');
  const caller = new AbortController();
  const report = () => caller.abort(new Error('gone'));
  await assert.rejects(guest.ensureUnit(machine, unit, { signal: caller.signal, report }), {
    message: 'gone',
  });
  await guest.forgetUnit(machine, 'endless');
  await world.ssh.run(machine.ssh, sh`while pgrep -f ${'sleep 1000\\.[5]'}; do sleep 0.01; done`);
});
