import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTemporal } from '../support/temporal.ts';

const SCRIPT = fileURLToPath(new URL('logging-worker.ts', import.meta.url));

test("in an outage of Temporal the SDK core's lines are JSON on stderr, and stdout is empty", async () => {
  const environment = await startTemporal();
  const worker = spawn(process.execPath, ['--import', 'tsx', SCRIPT, environment.address], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  // A line of the core contains the name of its Rust module.
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => pattern.test(out.stdout + out.stderr) && resolve();
      for (const name of ['stdout', 'stderr'] as const) {
        worker[name].on('data', (bytes) => {
          out[name] += bytes;
          look();
        });
      }
    });
  try {
    await said(/RUNNING/);
    const core = said(/temporalio_client::retry/);
    await environment.teardown();
    await core;
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  }
  assert.equal(out.stdout, '');
  for (const line of out.stderr.trim().split('\n')) assert.equal(typeof JSON.parse(line).msg, 'string', line);
});
