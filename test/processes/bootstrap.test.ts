import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { InventorySpec } from '../../src/activities/bootstrap.ts';
import { authorityFile, bundleOf, loadAuthorities } from '../../src/authority/load.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { openPool } from '../../src/inventory/database/client.ts';
import { provision } from '../../src/machines/open.ts';
import { bootstrap } from '../../src/processes/bootstrap.ts';
import { inventoryAddress, openInventory } from '../../src/processes/open-inventory.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { forgetCertificate } from '../support/certificate.ts';
import { startTemporal } from '../support/temporal.ts';
import { quiet } from '../support/world.ts';

const WORKFLOW = 'cornac-bootstrap';

let stateDir: string;
let environment: TestWorkflowEnvironment;
let config: Config;
before(async () => {
  quiet();
  environment = await startTemporal();
  stateDir = await mkdtemp(join(tmpdir(), 'cornac-bootstrap-'));
  await chmod(stateDir, 0o711);
  const range = `127.${randomInt(16, 250)}.${randomInt(0, 250)}`;
  config = loadConfig({
    env: {
      CORNAC_STATE_DIR: stateDir,
      CORNAC_CONFIG: join(stateDir, 'cornac.toml'),
      CORNAC_LOCAL_NETWORK: `${range}.0/24`,
      CORNAC_DATABASE_URL: `postgresql://cornac:C0nfidentiel@${range}.1:5432/cornac`,
      CORNAC_TEMPORAL_ADDRESS: environment.address,
    },
  });
});
after(async () => {
  const { provider, close } = await provision(config);
  for (const { name } of await provider.listMachines()) await provider.destroyMachine({ name }, noProgress());
  await close();
  await environment?.teardown();
  await rm(stateDir, { recursive: true });
});

function latest() {
  return environment.client.workflow.getHandle(WORKFLOW).describe();
}

/** Starts what an interrupted bootstrap leaves behind: an open workflow without a worker. */
async function leaveOpen(spec: InventorySpec, asked: string): Promise<string> {
  const { firstExecutionRunId } = await environment.client.workflow.start('bootstrapInventory', {
    workflowId: WORKFLOW,
    taskQueue: WORKFLOW,
    memo: { asked },
    args: [spec],
  });
  return firstExecutionRunId;
}
/** A spec in a history, written by another client or by a bootstrap of 0.2. */
const mistaken: InventorySpec = {
  dbiResourceId: 'db-MISTAKE',
  keepVersion: false,
  instance: {
    identifier: 'cornac',
    dbInstanceClass: 'db.t2.micro',
    engineVersion: '9.6',
    allocatedStorage: 7,
    masterUsername: 'nobody',
    dbName: 'nothing',
    port: 6543,
    machine: 'cornac-cornac',
  },
};

test('a bootstrap that was left open with another spec is terminated, and its spec is not used', async () => {
  const before = await leaveOpen(mistaken, JSON.stringify('something else'));
  await bootstrap(config, { size: 6 });
  const run = await latest();
  assert.equal(run.status.name, 'COMPLETED');
  assert.notEqual(run.runId, before);
  const ended = await environment.client.workflow.getHandle(WORKFLOW, before).describe();
  assert.equal(ended.status.name, 'TERMINATED');

  const inventory = await openInventory(config);
  const instance = await inventory.instances.find({ identifier: 'cornac' });
  await inventory.close();
  const facts = [instance?.masterUsername, instance?.dbName, instance?.port, instance?.allocatedStorage];
  assert.deepEqual(facts, ['cornac', 'cornac', 5432, 6]);
});

/** Whether Cornac's own connection is encrypted and its server verified. @throws where it cannot connect */
async function isEncrypted(): Promise<boolean> {
  const pool = openPool(await inventoryAddress(config));
  try {
    const { rows } = await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0].ssl;
  } finally {
    await pool.end();
  }
}

test("the inventory has a certificate of the authority, and the authority's file is readable for all", async () => {
  assert.equal(await isEncrypted(), true);
  const file = authorityFile(config);
  const certificate = await readFile(file, 'utf8');
  assert.equal(certificate, bundleOf(await loadAuthorities(config)));
  assert.equal((await stat(file)).mode & 0o777, 0o644);
  await bootstrap(config, { size: 6 });
  assert.equal(await readFile(file, 'utf8'), certificate, 'it stays as it is');
});

test('a running inventory of an older Cornac gets a certificate', async () => {
  await forgetCertificate(config);
  await assert.rejects(
    isEncrypted(),
    /offers no TLS; .*`cornac bootstrap` or a worker gives it a certificate/,
  );
  await bootstrap(config, { size: 6 });
  assert.equal(await isEncrypted(), true);
});

test('a bootstrap that was left open with the same spec is terminated', async () => {
  const before = await leaveOpen(mistaken, 'the same');
  await bootstrap(config, { size: 6 });
  const run = await latest();
  assert.equal(run.status.name, 'COMPLETED');
  assert.notEqual(run.runId, before);
});

test('two concurrent bootstraps both complete', async () => {
  await Promise.all([bootstrap(config, { size: 6 }), bootstrap(config, { size: 6 })]);
  assert.equal((await latest()).status.name, 'COMPLETED');
});

test("another client's run in another queue, or of another type, is terminated", async () => {
  const asked = 'anything';
  for (const [type, taskQueue] of [
    ['bootstrapInventory', 'evil'],
    ['evil', WORKFLOW],
  ] as const) {
    const { firstExecutionRunId } = await environment.client.workflow.start(type, {
      workflowId: WORKFLOW,
      taskQueue,
      memo: { asked },
    });
    assert.equal(await bootstrap(config, { size: 6 }), new URL(config.databaseUrl ?? '').hostname);
    const ended = await environment.client.workflow.getHandle(WORKFLOW, firstExecutionRunId).describe();
    assert.equal(ended.status.name, 'TERMINATED');
  }
});

test('a bootstrap that fails throws the reason', async () => {
  const [, range] = /@(127\.\d+\.\d+)\./.exec(config.databaseUrl ?? '') ?? [];
  const databaseUrl = `postgresql://cornac:C0nfidentiel@${range}.99:5432/cornac`;
  await assert.rejects(bootstrap({ ...config, databaseUrl }, { size: 6 }), /DATABASE_URL names .*\.99, but/);
});
