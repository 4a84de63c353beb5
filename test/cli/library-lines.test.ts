import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { loadConfig } from '../../src/config/load.ts';
import { provision } from '../../src/machines/open.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { cornac } from '../support/cli/cornac.ts';
import { startTemporal } from '../support/temporal.ts';
import { quiet } from '../support/world.ts';

let cwd: string;
let temporal: TestWorkflowEnvironment;
let env: NodeJS.ProcessEnv;

before(async () => {
  quiet();
  temporal = await startTemporal();
  cwd = await mkdtemp(join(tmpdir(), 'cornac-library-lines-'));
  await chmod(cwd, 0o711);
  const range = `127.${randomInt(16, 250)}.${randomInt(0, 250)}`;
  env = {
    CORNAC_STATE_DIR: cwd,
    CORNAC_CONFIG: join(cwd, 'cornac.toml'),
    CORNAC_LOCAL_NETWORK: `${range}.0/24`,
    CORNAC_DATABASE_URL: `postgresql://cornac:C0nfidentiel@${range}.1:5432/cornac`,
    CORNAC_TEMPORAL_ADDRESS: temporal.address,
    CORNAC_LOG_LEVEL: 'debug',
    NODE_OPTIONS: `--import ${import.meta.resolve('./warning-library.mjs')}`,
  };
});
after(async () => {
  const { provider, close } = await provision(loadConfig({ env }));
  for (const { name } of await provider.listMachines()) await provider.destroyMachine({ name }, noProgress());
  await close();
  await temporal.teardown();
  await rm(cwd, { recursive: true });
});

/** The lines that are not indented: steps and the lines below them are. */
function linesBesidesSteps(stderr: string): string[] {
  return stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('  '));
}

describe('a command that shows steps writes lines of libraries to a log file only', () => {
  test('bootstrap', async () => {
    const { status, stderr } = await cornac(['bootstrap'], { cwd, env });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /✓ Initialise the cluster/);
    const [line = '', ...others] = linesBesidesSteps(stderr);
    assert.match(line, /^The inventory is at 127\./);
    assert.deepEqual(others, []);

    const log = await readFile(join(cwd, 'log/bootstrap.log'), 'utf8');
    assert.match(log, /Worker state changed/);
    assert.match(log, /said by a library/);
  });

  test('recover', async () => {
    const { status, stderr } = await cornac(['recover'], { cwd, env });
    assert.equal(status, 0, stderr);
    const [line = '', ...others] = linesBesidesSteps(stderr);
    assert.match(line, /^The inventory is at 127\./);
    assert.deepEqual(others, []);
    assert.match(await readFile(join(cwd, 'log/recover.log'), 'utf8'), /Worker state changed/);
  });
});
