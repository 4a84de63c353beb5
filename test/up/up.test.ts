import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { aborted } from '../../src/system/aborted.ts';
import { startDeadline } from '../../src/system/deadline.ts';
import { createHost } from '../../src/up/own-machines.ts';
import { findTakenPorts } from '../../src/up/ports.ts';
import { up } from '../../src/up/up.ts';
import { planUp, type UpPlan } from '../../src/up/up-plan.ts';

/** A plan with its own state directory, which is removed after the test. */
async function makePlan(t: TestContext): Promise<UpPlan> {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-up-'));
  t.after(() => rm(stateDir, { recursive: true }));
  return planUp(
    (overrides) => loadConfig({ env: { CORNAC_STATE_DIR: stateDir }, cwd: stateDir, overrides }),
    { port: 0, opsPort: 0, temporalPort: 0, uiPort: 0, processes: 1 },
    process.env,
  );
}

const idle = {
  report: () => {},
  startInventory: async () => {},
  keepInventory: aborted,
  recover: async () => {},
  onReady: async () => {},
};

test('up ends Temporal even where the machines cannot be stopped', async (t) => {
  const plan = await makePlan(t);
  const stopping = new AbortController();
  const running = up(plan, {
    ...idle,
    signal: stopping.signal,
    startInventory: async () => stopping.abort(),
    stopMachines: () => Promise.reject(new Error('libvirt is unreachable')),
  });
  await assert.rejects(running, /libvirt is unreachable/);
  assert.deepEqual(await findTakenPorts(plan.ports), []);
});

test('up ends what it has started even where its files cannot be removed, as on a read-only file system', async (t) => {
  const plan = await makePlan(t);
  const readyFile = join(plan.config.stateDir, 'ready.json');
  const stopping = new AbortController();
  let stopped = false;
  const running = up(
    { ...plan, readyFile },
    {
      ...idle,
      signal: stopping.signal,
      startInventory: async () => {
        // `rm` fails here because the path is a directory.
        await mkdir(readyFile);
        stopping.abort();
      },
      stopMachines: async () => {
        stopped = true;
      },
    },
  );
  await assert.rejects(running, /ready\.json/);
  assert.ok(stopped);
  assert.deepEqual(await findTakenPorts(plan.ports), []);
});

test('up that fails before it starts machines stops none', async (t) => {
  const plan = await makePlan(t);
  const patience = startDeadline(60_000);
  t.after(() => patience.dispose());
  const running = up(
    { ...plan, temporal: { ...plan.temporal, port: 99999 } },
    {
      ...idle,
      signal: patience.signal,
      stopMachines: () => assert.fail('a machine that up has not started was to be stopped'),
    },
  );
  await assert.rejects(running, /temporal does not start/);
});

test("links to the Web UI contain 127.0.0.1, not localhost, which may resolve to another program's address", async (t) => {
  const { config, env, temporal } = await makePlan(t);
  assert.equal(config.temporal.ui, `http://127.0.0.1:${temporal.uiPort}`);
  assert.equal(env.CORNAC_TEMPORAL_UI, config.temporal.ui);
});

test('virtual machines stay running when up ends, and the hypervisor is not asked', async () => {
  const said: string[] = [];
  const { stopMachines } = createHost(
    loadConfig({
      env: { CORNAC_IAAS: 'libvirt+qemu:///system?socket=/nobody/listens', CORNAC_STATE_DIR: '/nonexistent' },
      cwd: '/',
    }),
    { signal: new AbortController().signal, report: (line) => said.push(line), onSteps: () => {} },
  );
  await stopMachines();
  assert.deepEqual(said, ['machines  left running']);
});
