import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { count } from '../support/counts.ts';
import { type LocalWorld, makeLocalWorld } from '../support/local/world.ts';
import { attackCatalogs } from './psql/catalogs.ts';
import { attackByExtensions, attackExtensions, attackPgextwlist } from './psql/extensions.ts';
import { alsoByViews, wayOut } from './psql/fault-1.ts';
import { attackFunctions } from './psql/functions.ts';
import { breakOut, isMended } from './psql/mend.ts';
import { attackRoles } from './psql/roles.ts';
import { attackSettings, attackStatements } from './psql/statements.ts';
import { makeTarget, type Target } from './psql/target.ts';
import { attackByConnecting, attackByTraps } from './psql/traps.ts';
import { findVersions } from './psql/versions.ts';

count('tried', 0);
count('accepted', 0);

// Set TEST_MAJOR=15 to test one version only while searching for a fault.
const only = process.env.TEST_MAJOR;
for (const version of findVersions().filter(({ major }) => !only || only === String(major))) {
  describe(`the master user of PostgreSQL ${version.major}`, () => {
    let world: LocalWorld;
    let target: Target;
    before(async () => {
      world = await makeLocalWorld();
      target = await makeTarget(world, version);
    });
    after(async () => {
      await target?.close();
      await world?.remove();
    });
    const nothingGotThrough = () => assert.deepEqual(target.take(), []);

    test('gets only into the allowed predefined roles', async () => {
      await attackRoles(target);
      nothingGotThrough();
    });

    test('does not break out through pg_write_all_data and pg_group', async () => {
      for (const sql of [...wayOut(target), ...alsoByViews]) await target.query(sql);
      await target.check('fault 1');
      nothingGotThrough();
    });

    test('writes to no catalog, and locks none', async () => {
      await attackCatalogs(target);
      nothingGotThrough();
    });

    test('reaches no file, program or other server through SQL', async () => {
      await attackStatements(target);
      nothingGotThrough();
    });

    test('makes no extension but those of rds.extensions', async () => {
      await attackExtensions(target);
      nothingGotThrough();
    });

    test('gets no more by what it makes before an extension, or gives to pgextwlist', async () => {
      await attackPgextwlist(target);
      nothingGotThrough();
    });

    test('reaches no file, program, socket or rdsadmin through an extension', async () => {
      await attackByExtensions(target);
      nothingGotThrough();
    });

    test('changes no setting that is reserved for superusers', async () => {
      await attackSettings(target);
      nothingGotThrough();
    });

    test('finds no function that does more than the master user may do', async () => {
      const called = await attackFunctions(target, `nspname !~ '^pg_t'`);
      assert.ok(called > 2000, `${called} functions`);
      nothingGotThrough();
    });

    test('can connect only as an ordinary client', async () => {
      await attackByConnecting(target);
      nothingGotThrough();
    });

    test('catches rdsadmin in no trap, and stays served', async () => {
      await attackByTraps(target, world);
      nothingGotThrough();
    });

    test('loses at the next start what a breakout had gained', async () => {
      const session = await breakOut(target);
      const { notices } = await world.guest.startPostgres(target.machine);
      await target.reconnect();
      for (const told of [/^revoked pg_\w+ from postgres$/, /^demoted backdoor$/]) {
        assert.ok(
          notices.some((notice) => told.test(notice)),
          notices.join('; '),
        );
      }
      await assert.rejects(session.query('SELECT 1'), 'a session from before is ended');
      await isMended(target);
      nothingGotThrough();
      assert.deepEqual((await world.guest.startPostgres(target.machine)).notices, []);
    });
  });
}
