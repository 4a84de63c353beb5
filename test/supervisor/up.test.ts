import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { findTakenPorts } from '../../src/supervisor/ports.ts';
import { up } from '../../src/supervisor/up.ts';
import { planUp } from '../../src/supervisor/up-plan.ts';

test('up ends Temporal although the machines cannot be stopped', async (t) => {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-up-'));
  t.after(() => rm(stateDir, { recursive: true }));
  const plan = await planUp(
    (overrides) => loadConfig({ env: { CORNAC_STATE_DIR: stateDir }, cwd: stateDir, overrides }),
    { port: 0, opsPort: 0, temporalPort: 0, uiPort: 0, processes: 1 },
    process.env,
  );
  const stopping = new AbortController();
  const running = up(plan, {
    signal: stopping.signal,
    say: () => {},
    startInventory: async () => stopping.abort(),
    recover: async () => {},
    stopMachines: () => Promise.reject(new Error('libvirt is away')),
    onReady: async () => {},
  });
  await assert.rejects(running, /libvirt is away/);
  assert.deepEqual(await findTakenPorts(plan.ports), []);
});
