import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directory, programs, run, withServices } from './set-up.ts';

describe('extensions of PostgreSQL', () => {
  /** Runs set-up beside a PostgreSQL 15, where apt knows pgextwlist, PostGIS and pgaudit, which is installed. */
  const ensure = async (option: '' | 'yes', { apt = 'exit 0', hasLibrary = false } = {}) => {
    const home = directory();
    const server = join(home, 'postgresql/15');
    for (const below of ['bin', 'lib']) mkdirSync(join(server, below), { recursive: true });
    writeFileSync(join(server, 'bin/postgres'), '', { mode: 0o755 });
    if (hasLibrary) writeFileSync(join(server, 'lib/pgextwlist.so'), '');
    writeFileSync(join(home, 'asked'), '');
    const path = programs(withServices, {
      id: 'echo 0',
      'apt-cache': `case "$*" in *pgextwlist* | *postgis-3* | *pgaudit*) echo found ;; esac`,
      'dpkg-query': `case "$*" in *pgaudit*) printf installed ;; esac`,
      'apt-get': `echo "$@" >>'${home}/asked'; ${apt}`,
    });
    const body = `postgres_homes='${home}/postgresql' want_extensions=${option}; ensure_extension_packages`;
    const result = await run(body, { path, cache: home });
    return { ...result, asked: readFileSync(join(home, 'asked'), 'utf8') };
  };

  test('pgextwlist is installed where it is missing', async () => {
    const { status, output, asked } = await ensure('');
    assert.equal(status, 0, output);
    assert.match(asked, /install -y --no-install-recommends postgresql-15-pgextwlist\n$/);
    assert.match(output, /^ {2}install {2}Debian packages: postgresql-15-pgextwlist$/m);
  });

  test('set-up goes on without pgextwlist where apt fails, and reports what that means', async () => {
    const { status, output } = await ensure('', { apt: 'exit 1' });
    assert.equal(status, 0, output);
    assert.match(output, /without {2}postgresql-15-pgextwlist\n +instances offer only the extensions/);
  });

  test('nothing is installed where it is there', async () => {
    const { output, asked } = await ensure('', { hasLibrary: true });
    assert.deepEqual([output, asked], ["  found    PostgreSQL's extensions\n", '']);
  });

  test('--extensions installs what Debian has and the machine lacks, and fails where apt fails', async () => {
    const { status, output, asked } = await ensure('yes');
    assert.equal(status, 0, output);
    assert.match(asked, /recommends postgresql-15-pgextwlist postgresql-15-postgis-3\n$/);
    assert.equal((await ensure('yes', { apt: 'exit 1' })).status, 1);
  });
});
