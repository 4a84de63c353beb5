import assert from 'node:assert/strict';
import { appendFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { makeLocalWorld, makeRunningMachine } from '../../support/local/world.ts';

test('a long log of sshd begins anew at the next start of the machine, a short one stays', async (t) => {
  const world = await makeLocalWorld();
  t.after(world.remove);
  const name = 'cornac-talk';
  const { guestRoot } = await makeRunningMachine(world, name);
  const log = `${guestRoot}/sshd.log`;
  const restart = async () => {
    await world.provider.stopMachine(name, noProgress());
    const { ssh } = await world.provider.startMachine(name, noProgress());
    assert.equal((await world.ssh.run(ssh, sh`echo in`)).stdout, 'in\n');
    return statSync(log).size;
  };
  appendFileSync(log, 'x'.repeat(500_000));
  assert.ok((await restart()) > 500_000);
  appendFileSync(log, 'x'.repeat(600_000));
  assert.ok((await restart()) < 100_000);
});
