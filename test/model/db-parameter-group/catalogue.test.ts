import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { catalogueOf } from '../../../src/model/db-parameter-group/catalogue.ts';
import { defaultParameters } from '../../../src/model/db-parameter-group/default-parameters.ts';
import { startPostgres } from '../../support/postgres.ts';

const MAJORS = ['13', '14', '15', '16', '17', '18'];

const postgres = await startPostgres();
after(() => postgres.stop());

test('what users may set is in pg_settings of the version on this computer, with the same bounds and context', async () => {
  const client = new pg.Client({ connectionString: await postgres.createEmptyDatabase() });
  await client.connect();
  const version = (await client.query('SHOW server_version')).rows[0].server_version;
  const { rows } = await client.query(`
    SELECT lower(name) AS name, context = 'postmaster' AS "isStatic", min_val AS min, max_val AS max
    FROM pg_settings ORDER BY lower(name) COLLATE "C"`);
  await client.end();
  // Parameters with a dot belong to libraries. The bounds of max_connections are narrower on purpose.
  const known = [...catalogueOf(version).values()]
    .filter(({ name, isModifiable }) => isModifiable && !name.includes('.') && name !== 'max_connections')
    .map(({ name, isStatic, min = null, max = null }) => ({ name, isStatic, min, max }));
  const names = new Set(known.map(({ name }) => name));
  assert.deepEqual(
    known,
    rows.filter(({ name }) => names.has(name)),
  );
});

for (const major of MAJORS) {
  test(`PostgreSQL ${major} has more than 300 parameters, most of them modifiable`, () => {
    const all = [...catalogueOf(`${major}.1`).values()];
    assert.ok(all.length > 300, String(all.length));
    assert.ok(all.filter(({ isModifiable }) => isModifiable).length > 200);
  });

  test(`each default of PostgreSQL ${major} is a parameter of it`, () => {
    const catalogue = catalogueOf(major);
    assert.deepEqual(
      Object.keys(defaultParameters(major)).filter((name) => !catalogue.has(name)),
      [],
    );
  });

  test(`no parameter of PostgreSQL ${major} that reaches files, programs, networks or Cornac's settings is modifiable`, () => {
    // What a parameter of this kind is called. The few harmless ones follow.
    const dangerous =
      /command|library|libraries|_dir(?!ty)|directory|file(?!s?_per|_copy|_limit)|path$|^ssl|^unix_socket|^krb|listen|^port$|primary_|restore|archive|provider|program|syslog|^rds\.extensions$|^log_(?:destination|filename)|superuser_reserved|fsync|full_page/;
    const allowed = new Set([
      'log_replication_commands',
      'log_temp_files',
      'shared_preload_libraries',
      'search_path',
      'max_standby_archive_delay',
      'file_copy_method',
      'rds.restrict_password_commands',
    ]);
    const names = [...catalogueOf(major).values()].filter(({ isModifiable }) => isModifiable);
    assert.deepEqual(
      names.map(({ name }) => name).filter((name) => dangerous.test(name) && !allowed.has(name)),
      [],
    );
  });
}

test('a major that is not known has the parameters of RDS and of libraries alone', () => {
  const names = [...catalogueOf('99.1').keys()];
  assert.ok(names.includes('rds.force_ssl'));
  assert.ok(names.every((name) => name.includes('.')));
});
