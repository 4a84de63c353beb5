import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createLocalChecker } from '../../../src/providers/local/checker.ts';
import type { LocalOptions } from '../../../src/providers/local/local.ts';
import { resultsOf, wrongOf } from '../../support/check-results.ts';
import { guestScriptsDir } from '../../support/local/world.ts';

suite('the check of this computer before the first machine', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'cornac-check-'));
    await chmod(root, 0o711);
  });
  after(() => rm(root, { recursive: true }));

  const look = async (changes: Partial<LocalOptions> = {}) => {
    const options = {
      stateDir: join(root, 'state'),
      machinePrefix: 'cornac-',
      publicKeys: [],
      guestScriptsDir,
    };
    return resultsOf(createLocalChecker({ ...options, ...changes }));
  };

  test('good settings: no problem is found and no directory is made', async () => {
    const results = await look();
    assert.deepEqual(wrongOf(results), []);
    const named = results.map(({ what }) => what);
    for (const what of [
      'sshd',
      'PostgreSQL',
      'extensions',
      'locale',
      'users',
      'STATE_DIR',
      'room',
      'memory',
      'LOCAL_NETWORK',
      'ports',
    ]) {
      assert.ok(named.includes(what), what);
    }
    assert.deepEqual(await readdir(root), []);
  });

  test('bad settings: all problems are reported in one run', async () => {
    const stateDir = join(root, 'x'.repeat(90));
    await mkdir(stateDir, { mode: 0o711 });
    await chmod(stateDir, 0o777);
    const told = wrongOf(await look({ stateDir, network: '10.0.0.0/8', user: 'nonesuch-of-cornac' }));
    const expected = [
      /^users: LOCAL_USER: /,
      /^STATE_DIR: .* bytes too long for a Unix socket/,
      /^STATE_DIR: .* mode 777; it must belong/,
      /^LOCAL_NETWORK: expected a range of loopback addresses/,
    ];
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [index, each] of expected.entries()) assert.match(String(told[index]), each);
  });
});
