import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGuest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { guestScriptsDir } from '../support/local/world.ts';

/** The engine version that is accepted from the output `said` of a machine. */
async function told(said: string) {
  const run = async () => ({ stdout: `postgres (PostgreSQL) ${said}\n`, stderr: '' });
  const guest = createGuest({ ssh: { run, close: async () => {} }, scriptsDir: guestScriptsDir });
  const { engineVersion } = await guest.startPostgres({ guestRoot: '' } as RunningMachine);
  return engineVersion;
}

test('output of a machine that is not a version is ignored', async () => {
  assert.equal(await told('15.18 (Debian 15.18-1)'), '15.18');
  for (const said of [`${'9'.repeat(1_000_000)}.1`, `15.${'9'.repeat(1_000_000)}`, '15.<b>', '', '.1']) {
    assert.equal(await told(said), undefined, said.slice(0, 20));
  }
});
