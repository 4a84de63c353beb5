import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { keepGiven } from '../../src/up/keep-given.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-given-'));
after(() => rmSync(root, { recursive: true }));
const stateDir = join(root, 'state');
const file = join(stateDir, 'cornac.toml');

/** @returns what an operator is told */
async function keep(given: Record<string, string>, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const told: string[] = [];
  const config = loadConfig({ cwd: root, env: { CORNAC_STATE_DIR: stateDir, ...env } });
  await keepGiven({ given, config }, (line) => told.push(line));
  return told;
}

test('what is given replaces what an earlier start was given, in a file that moves with its directory', async () => {
  assert.deepEqual(await keep({}), []);
  assert.equal(existsSync(file), false);
  assert.deepEqual(await keep({ TEMPORAL_ADDRESS: '127.0.0.1:7300', STATE_DIR: stateDir }), []);
  assert.deepEqual(await keep({ TEMPORAL_ADDRESS: '127.0.0.1:7400' }), []);
  assert.equal(readFileSync(file, 'utf8'), 'STATE_DIR = "."\nTEMPORAL_ADDRESS = "127.0.0.1:7400"\n');
  const { temporal, stateDir: read } = loadConfig({ cwd: root, env: { CORNAC_CONFIG: file } });
  assert.deepEqual([temporal.address, read], ['127.0.0.1:7400', stateDir]);
});

test('a file elsewhere, and one that cannot be changed, stay as they are, and the operator is told what to give', async () => {
  const given = { STATE_DIR: stateDir, LISTEN: 'localhost:6000' };
  const variables = `CORNAC_STATE_DIR=${stateDir} CORNAC_LISTEN=localhost:6000`;
  const other = join(root, 'cornac.toml');
  writeFileSync(other, '# mine\n');
  assert.deepEqual(await keep(given, { CORNAC_CONFIG: other }), [
    `settings  ${other} is left as it is. Give other commands ${variables}`,
  ]);
  assert.equal(readFileSync(other, 'utf8'), '# mine\n');

  const content = 'LISTEN = """\nlocalhost:1"""\n';
  writeFileSync(file, content);
  const config = { file, stateDir } as Parameters<typeof keepGiven>[0]['config'];
  const told: string[] = [];
  await keepGiven({ given, config }, (line) => told.push(line));
  assert.match(told.join(), /cannot be changed \(.*\)\. Give other commands CORNAC_STATE_DIR=/s);
  assert.equal(readFileSync(file, 'utf8'), content);
});
