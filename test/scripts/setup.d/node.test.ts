import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directory, programs, project, run, tools } from './set-up.ts';

describe('Node.js', () => {
  const cases: readonly [string, number][] = [
    ['v18.20.0', 1],
    ['v20.9.0', 1],
    ['v20.18.3', 1],
    ['v20.19.0', 0],
    ['v20.20.2', 0],
    ['v21.7.0', 1],
    ['v22.0.0', 0],
    ['v24.1.0', 0],
  ];
  for (const [version, expected] of cases) {
    test(`${version} is ${expected === 0 ? 'accepted' : 'refused'}`, async () => {
      const { status, output } = await run('ensure_node', {
        path: programs(tools, { node: `echo ${version}`, npm: '' }),
      });
      assert.equal(status, expected);
      assert.match(output, expected === 0 ? /found {4}Node\.js/ : /is too old\n.*20\.19/);
    });
  }

  test('that is missing is reported', async () => {
    const { status, output } = await run('ensure_node', { path: programs(tools) });
    assert.equal(status, 1);
    assert.match(output, /Node\.js and npm are not on PATH/);
  });
});

describe('npm packages', () => {
  const isCurrent = async (wanted: unknown, installed: unknown): Promise<boolean> => {
    const cwd = directory();
    mkdirSync(join(cwd, 'node_modules'));
    writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify({ packages: wanted }));
    if (installed !== undefined) {
      writeFileSync(join(cwd, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    const child = spawn(process.execPath, [join(project, 'scripts/setup.d/npm-is-current.mjs')], { cwd });
    const [status] = await once(child, 'exit');
    return status === 0;
  };
  const a = { 'node_modules/a': { version: '1.0.0', integrity: 'x' } };

  test('are current when every package is installed', async () =>
    assert.ok(await isCurrent({ '': {}, ...a }, a)));
  test('may miss packages for other platforms', async () =>
    assert.ok(await isCurrent({ ...a, 'node_modules/b': { version: '1.0.0', optional: true } }, a)));
  test('are not current with another version', async () =>
    assert.equal(await isCurrent({ 'node_modules/a': { version: '1.0.1', integrity: 'y' } }, a), false));
  test('are not current when one is missing', async () =>
    assert.equal(await isCurrent({ ...a, 'node_modules/b': { version: '1.0.0' } }, a), false));
  test('are not current after an interrupted installation', async () =>
    assert.equal(await isCurrent(a, undefined), false));
});
