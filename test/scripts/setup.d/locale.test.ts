import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directory, programs, run, withServices } from './set-up.ts';

describe('the locale of RDS', () => {
  /** Runs `ensure_locale` where `locale -a` lists what is in a file, to which `locale-gen` adds. */
  const ensure = async (scripts: Readonly<Record<string, string>>, hasLocaleGen = true) => {
    const home = directory();
    writeFileSync(join(home, 'listed'), 'C\nC.utf8\nPOSIX\n');
    writeFileSync(join(home, 'locale.gen'), '# en_US.UTF-8 UTF-8\n');
    const make = `grep -qx 'en_US.UTF-8 UTF-8' '${home}/locale.gen' && echo en_US.utf8 >>'${home}/listed'`;
    const path = programs(withServices, {
      locale: `cat '${home}/listed'`,
      ...(hasLocaleGen && { 'locale-gen': make }),
      ...scripts,
    });
    const body = `locale_gen='${home}/locale.gen'; ensure_locale; ensure_locale`;
    const asked = join(home, 'asked');
    return {
      ...(await run(body, { path, cache: home })),
      gen: readFileSync(join(home, 'locale.gen'), 'utf8'),
      asked: existsSync(asked) ? readFileSync(asked, 'utf8') : '',
    };
  };

  test('is made once by root, and named for later upgrades', async () => {
    const { status, output, gen } = await ensure({ id: 'echo 0', 'apt-get': 'exit 1' });
    assert.equal(status, 0, output);
    assert.equal(output, '  found    locale en_US.UTF-8\n'.repeat(2));
    assert.equal(gen, '# en_US.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n');
  });

  test('is made where sudo asks for no password', async () => {
    const sudo = 'shift; "$@"';
    const { output, gen } = await ensure({ id: 'echo 1000', 'apt-get': 'exit 1', sudo });
    assert.match(output, /found {4}locale/);
    assert.match(gen, /\nen_US/);
  });

  test('that cannot be made is named, and set-up goes on', async () => {
    const scripts = [
      { id: 'echo 1000', 'apt-get': '' },
      { id: 'echo 1000', 'apt-get': '', sudo: 'exit 1' },
      { id: 'echo 0', 'apt-get': 'exit 1' },
    ];
    for (const each of scripts) {
      const { status, output, gen } = await ensure(each, false);
      assert.equal(status, 0, output);
      assert.match(output, /without {2}locale en_US\.UTF-8.*\n.*locale-gen\n/);
      assert.equal(gen, '# en_US.UTF-8 UTF-8\n');
    }
  });
});
