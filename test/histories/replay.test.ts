import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as workflows from '../../src/workflows/index.ts';

const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.json')).sort();
let workflowBundle: { code: string };

before(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: new URL('../../src/workflows/index.ts', import.meta.url).pathname,
  });
});

async function read(name: string) {
  return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
}
async function replay(history: unknown): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle }, historyFromJSON(history as object), 'replayed');
}

for (const name of names) {
  test(`today's workflows replay ${name}`, async () => replay(await read(name)));
}

test('a workflow that deviates from its history is detected', async () => {
  const name = names.find((each) => each.endsWith('.createDbInstance.json')) ?? '';
  const text = JSON.stringify(await read(name)).replaceAll('ensureMachine', 'ensureNothing');
  await assert.rejects(replay(JSON.parse(text)), DeterminismViolationError);
});

test('every workflow has a history', () => {
  const kept = new Set(names.map((name) => name.split('.').at(-2)));
  const without = Object.keys(workflows).filter((name) => !kept.has(name));
  assert.deepEqual(without, []);
});
