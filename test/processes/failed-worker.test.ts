import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Activities } from '../../src/activities/activities.ts';
import { createWorkers, runWorkers } from '../../src/processes/workers.ts';
import { findFreePort } from '../../src/up/ports.ts';
import { describeTemporal, startTemporalProcess } from '../support/temporal.ts';
import { quiet } from '../support/world.ts';

test("workers end when Temporal's database, with their namespace, is lost while a step runs", {
  timeout: 300_000,
}, async (t) => {
  quiet();
  const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const database = 'temporal.db';
  const port = await findFreePort('127.0.0.1');
  const first = await startTemporalProcess({ directory, database, port });
  const connection = await NativeConnection.connect({ address: first.address });
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const pruneInventory = () => {
    begin();
    return new Promise<never>(() => {});
  };
  const workers = await createWorkers({
    connection,
    namespace: 'default',
    taskQueue: 'test',
    activities: {
      reconcileOperations: async () => [],
      reconcileInstances: async () => [],
      beginMaintenance: async () => [],
      pruneInventory,
    } as unknown as Activities,
    hosts: [],
  });
  const running = runWorkers(workers, new AbortController().signal);
  const end = assert.rejects(running);

  const client = await Connection.connect({ address: first.address });
  await new Client({ connection: client }).workflow.start('reconcile', {
    workflowId: 'r',
    taskQueue: 'test',
  });
  await begun;
  await client.close();
  await first.stop('SIGKILL');
  for (const part of ['', '-wal', '-shm']) rmSync(join(directory, `${database}${part}`), { force: true });
  // This start does not make the namespace again.
  const next = await describeTemporal({ directory, database, port }).start();
  try {
    await end;
  } finally {
    const ended = once(next, 'exit');
    next.kill('SIGKILL');
    await ended;
  }
});
