import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createDirectories } from '../support/directories.ts';

export const directory = createDirectories('cornac-config-');

export function load(toml: string, env: NodeJS.ProcessEnv = {}): Config {
  const cwd = directory();
  writeFileSync(join(cwd, 'cornac.toml'), toml);
  return loadConfig({ cwd, env: { CORNAC_STATE_DIR: '/state', ...env } });
}

export function problems(toml: string, env: NodeJS.ProcessEnv = {}): string[] {
  const cwd = directory();
  const file = join(cwd, 'cornac.toml');
  writeFileSync(file, toml);
  try {
    loadConfig({ cwd, env: { CORNAC_STATE_DIR: '/state', ...env } });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map((problem) => problem.replaceAll(file, 'cornac.toml'));
  }
  return [];
}
