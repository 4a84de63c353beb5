import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { type LocalWorld, makeLocalWorld, makeServer, scramVerifier } from '../support/local/world.ts';

let world: LocalWorld;
let machine: RunningMachine;

before(async () => {
  world = await makeLocalWorld();
  machine = await makeServer(world, 'cornac-settings');
  const verifier = scramVerifier('master-secret');
  await world.guest.ensureMaster(machine, { user: 'master', verifier, database: 'app' });
});
after(() => world.remove());

async function asMaster(...statements: string[]): Promise<void> {
  const options = { host: machine.address, port: 5432, user: 'master', password: 'master-secret' };
  const client = new pg.Client({ ...options, database: 'postgres' });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Gives a user a forbidden role, so that the next start corrects all databases. */
function wound(): Promise<string> {
  return world.guest.psql(machine, 'GRANT pg_read_server_files TO master;\n');
}

for (const setting of [
  'idle_session_timeout = 1',
  'transaction_timeout = 1',
  'client_encoding = LATIN1',
  'exit_on_error = on',
  'default_transaction_isolation = serializable',
]) {
  test(`a database with ${setting} is corrected`, async (t) => {
    const [name] = setting.split(' ');
    const known = await world.guest.psql(machine, `SELECT 1 FROM pg_settings WHERE name = '${name}';`);
    if (known === '') return t.skip('this version has no such setting');
    t.after(() => world.guest.psql(machine, 'ALTER DATABASE app RESET ALL;'));
    await world.guest.startPostgres(machine);
    await world.guest.psql(
      machine,
      `\\connect app
      CREATE OR REPLACE FUNCTION public."日本"() RETURNS int LANGUAGE sql AS 'SELECT 1';
      ALTER FUNCTION public."日本"() OWNER TO pg_read_server_files;\n`,
    );
    await asMaster(`ALTER DATABASE app SET ${setting}`);
    await wound();
    await world.guest.startPostgres(machine);
    await asMaster('ALTER DATABASE app RESET ALL');
    const owner = await world.guest.psql(
      machine,
      `\\connect app
      SELECT proowner::regrole FROM pg_proc WHERE proname = '日本';\n`,
    );
    assert.equal(owner, 'rds_superuser\n');
  });
}

test('a function and a view of rdsadmin in an extension are disarmed', async () => {
  await world.guest.psql(
    machine,
    `\\connect app
    CREATE EXTENSION hstore SCHEMA public;
    CREATE FUNCTION public.again() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text';
    ALTER EXTENSION hstore ADD FUNCTION public.again();
    CREATE VIEW public.authid AS SELECT * FROM pg_authid;
    GRANT ALL ON public.authid TO master;
    ALTER EXTENSION hstore ADD VIEW public.authid;\n`,
  );
  await wound();
  const { notices } = await world.guest.startPostgres(machine);
  assert.ok(notices.includes('disarmed again in app'), String(notices));
  const asUser = await world.guest.psql(
    machine,
    `\\connect app
    SET ROLE master;
    SELECT public.again();
    SELECT has_table_privilege('public.authid', 'UPDATE');
    SELECT 'a=>1'::public.hstore;\n`,
  );
  assert.equal(asUser, 'master\nf\n"a"=>"1"\n');
});

/** Runs SQL with bytes that are not valid UTF-8, as a master user can in a database of the user's own. */
async function inAscii(name: string, sql: string): Promise<void> {
  const bytes = Buffer.from(sql, 'latin1').toString('hex');
  await world.guest.psql(
    machine,
    `CREATE DATABASE ${name} OWNER master ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
     \\connect ${name}
     SELECT convert_from(decode('${bytes}', 'hex'), 'SQL_ASCII') \\gexec\n`,
  );
}

test('a database whose name is not valid text is corrected', async () => {
  await inAscii('ascii', 'CREATE DATABASE "odd\xff"');
  await world.guest.psql(machine, `UPDATE pg_database SET datdba = 4569 WHERE datname ~ '^odd';\n`);
  await wound();
  await world.guest.startPostgres(machine);
  const owner = await world.guest.psql(
    machine,
    `SELECT datdba::regrole FROM pg_database WHERE datname ~ '^odd';\n`,
  );
  assert.equal(owner, 'rds_superuser\n');
});

test("a start renames rdsadmin's database back from a name that is not valid text", async () => {
  await inAscii('ascii2', 'ALTER DATABASE rdsadmin RENAME TO "hidden\xff"');
  await world.guest.startPostgres(machine);
  assert.equal(await world.guest.psql(machine, 'SELECT current_database();\n'), 'rdsadmin\n');
});
