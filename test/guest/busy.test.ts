import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuestBusy } from '../../src/guest/busy.ts';
import { createGuest } from '../../src/guest/guest.ts';
import type { Command } from '../../src/ssh/command.ts';
import { SshError } from '../../src/ssh/error.ts';
import { guestScriptsDir } from '../support/local/world.ts';
import { unreachedMachine } from '../support/unreached-machine.ts';

const machine = unreachedMachine('cornac-again');

/** A guest whose verbs of these names exit with "again" for ever. */
function guestOf(...busy: string[]) {
  const verbs: string[] = [];
  const run = async (_: unknown, { text }: Command) => {
    const verb = /\/([a-z-]+)'?(?: |$)/.exec(text)?.[1] ?? '';
    verbs.push(verb);
    if (!busy.includes(verb)) return { stdout: '', stderr: '' };
    const stderr = `noise\n${verb}: PostgreSQL is still starting, postgres: startup recovering 0000A3\n`;
    throw new SshError('CommandFailed', 'exit status 75', { exitCode: 75, stderr });
  };
  const ssh = { run, close: async () => {} };
  return { verbs, guest: createGuest({ ssh, scriptsDir: guestScriptsDir, retryMs: () => 1 }) };
}

test('a start that exits with "again" for ever ends with GuestBusy and the progress of the recovery', async () => {
  const { guest, verbs } = guestOf('start');
  await assert.rejects(guest.startPostgres(machine), (error) => {
    assert.ok(error instanceof GuestBusy);
    assert.equal(error.report, 'start: PostgreSQL is still starting, postgres: startup recovering 0000A3');
    return true;
  });
  assert.equal(verbs.at(-1), 'start');
});

test('any other verb that exits with "again" for ever fails', async () => {
  for (const verb of ['status', 'stop', 'configure'] as const) {
    const { guest } = guestOf(verb);
    const call = {
      status: () => guest.postgresStatus(machine),
      stop: () => guest.stopPostgres(machine),
      configure: () => guest.configure(machine, {}),
    }[verb];
    await assert.rejects(call, { name: 'SshError', exitCode: 75 });
  }
});

test('a restart calls onStopped when only the start is left', async () => {
  const { guest, verbs } = guestOf('start');
  let stopped = 0;
  const onStopped = () => {
    stopped = verbs.length;
  };
  await assert.rejects(guest.restartPostgres(machine, { settings: { port: '5432' }, onStopped }), GuestBusy);
  assert.deepEqual(verbs.slice(0, stopped), ['configure', 'stop', 'configure']);
  assert.equal(verbs[stopped], 'start');
});
