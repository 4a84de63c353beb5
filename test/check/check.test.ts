import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import pg from 'pg';
import { checkInventory } from '../../src/check/inventory.ts';
import { checkKeys } from '../../src/check/keys.ts';
import { checkTemporal } from '../../src/check/temporal.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ensureKeyFile, readPublicKey } from '../../src/machines/ssh-key.ts';
import type { CheckResult } from '../../src/providers/provider.ts';
import { generateKeyPair } from '../../src/ssh/key-pair.ts';
import { ensureSearchAttributes } from '../../src/temporal/search-attributes.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTemporal } from '../support/temporal.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cornac-check-'));
});
after(() => rm(root, { recursive: true }));

function configOf(env: NodeJS.ProcessEnv): Config {
  return loadConfig({ cwd: root, env: { CORNAC_STATE_DIR: join(root, 'state'), ...env } });
}
function tell(results: readonly CheckResult[]) {
  return results.map(({ what, state, found }) => `${state} ${what}: ${found}`);
}

suite('the inventory', () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  const check = (url: string) => checkInventory(configOf({ CORNAC_DATABASE_URL: url }));

  test('with the tables of this version is right', async () => {
    const [result] = await check(await postgres.createInventoryDatabase());
    assert.equal(result?.state, 'right', result?.found);
  });

  test('without tables is wrong, and the check makes none', async () => {
    const url = await postgres.createEmptyDatabase();
    for (let times = 0; times < 2; times++) {
      const [result] = await check(url);
      assert.deepEqual([result?.state, result?.next], ['wrong', 'cornac migratedb']);
      assert.match(String(result?.found), /lacks 0001_inventory, /);
    }
  });

  test('in a database with tables of another application is wrong', async () => {
    const url = await postgres.createEmptyDatabase();
    const client = new pg.Client(url);
    await client.connect();
    await client.query('CREATE TABLE theirs ()');
    await client.end();
    assert.match(
      String(tell(await check(url))),
      /^wrong DATABASE_URL: the database contains tables .*\(theirs\)/,
    );
  });

  test('with a wrong database or port: the result names the refusal, never the password', async () => {
    const url = new URL(await postgres.createEmptyDatabase());
    const wrongs: readonly [string, RegExp][] = [
      [
        Object.assign(new URL(url), { pathname: '/nonesuch' }).href,
        /^wrong DATABASE_URL: .*no such database/,
      ],
      [
        Object.assign(new URL(url), { port: '1' }).href,
        /^unknown DATABASE_URL: no connection to 127\.0\.0\.1:1/,
      ],
    ];
    for (const [wrong, expected] of wrongs) {
      const told = String(tell(await check(wrong)));
      assert.match(told, expected);
      if (url.password) assert.ok(!told.includes(url.password));
    }
  });

  test('without DATABASE_URL is unknown', async () => {
    const [result] = await checkInventory(configOf({}));
    assert.deepEqual([result?.state, result?.found], ['unknown', 'is not set']);
  });

  const vcenter = 'vcenter+https://user:password@vcenter.invalid/';

  test('without DATABASE_URL on a hypervisor is wrong, with the words of `cornac up`', async () => {
    for (const iaas of ['libvirt', vcenter]) {
      const [result] = await checkInventory(configOf({ CORNAC_IAAS: iaas }));
      assert.deepEqual([result?.state, result?.found], ['wrong', 'is not set']);
      assert.match(String(result?.next), /^With IAAS = ".*" it must name the inventory: postgresql:/);
    }
  });

  test('with a name that does not resolve is unknown, and the result names it', async () => {
    const [result] = await check('postgresql://cornac:secret@inventory.invalid/cornac');
    assert.equal(result?.state, 'unknown');
    assert.match(String(result?.found), /^inventory\.invalid does not resolve: /);
    assert.match(String(result?.next), /correct the name/);
  });

  test('with an address and no netmask= on vSphere is wrong, as long as no inventory answers', async () => {
    const url = 'postgresql://cornac@127.0.0.1:1/cornac';
    const find = async (options: string) =>
      tell(
        await checkInventory(configOf({ CORNAC_IAAS: `${vcenter}${options}`, CORNAC_DATABASE_URL: url })),
      ).filter((line) => line.startsWith('wrong'));
    assert.deepEqual(await find(''), [
      'wrong DATABASE_URL: IAAS: netmask= is required to give cornac-cornac the address 127.0.0.1',
    ]);
    assert.deepEqual(await find('?netmask=255.255.255.0'), []);
  });
});

suite('Temporal', () => {
  let environment: TestWorkflowEnvironment;
  before(async () => {
    environment = await startTemporal();
  });
  after(() => environment?.teardown());

  const check = (env: NodeJS.ProcessEnv) =>
    checkTemporal(configOf({ CORNAC_TEMPORAL_ADDRESS: environment.address, ...env }));

  test('without the search attribute is unknown, with it right', async () => {
    assert.match(
      String(tell(await check({}))),
      /unknown search attribute: default does not know CornacDBInstance yet/,
    );
    await ensureSearchAttributes(environment.connection, 'default');
    assert.deepEqual(
      (await check({})).map(({ state }) => state),
      ['right', 'right', 'right', 'right'],
    );
  });

  test('with the name of a missing namespace is wrong', async () => {
    const [, result] = await check({ CORNAC_TEMPORAL_NAMESPACE: 'nonesuch' });
    assert.deepEqual([result?.state, result?.found], ['wrong', 'namespace nonesuch does not exist']);
    assert.match(String(result?.next), /^temporal operator namespace create .*nonesuch$/);
  });

  const inventory = { CORNAC_DATABASE_URL: 'postgresql://cornac@127.0.0.1:1/cornac' };

  test('that does not answer elsewhere is unknown without DATABASE_URL, wrong with it', async () => {
    const away = { CORNAC_TEMPORAL_ADDRESS: 'temporal.invalid:7233' };
    const [alone] = await check(away);
    const [needed] = await check({ ...away, ...inventory });
    assert.deepEqual([alone?.state, needed?.state], ['unknown', 'wrong']);
    assert.match(String(needed?.found), /^temporal\.invalid:7233 does not answer/);
  });

  test('that does not answer on this computer is unknown: up starts it; the result has no words of gRPC', async () => {
    const [result] = await check({ CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1', ...inventory });
    assert.equal(result?.state, 'unknown');
    assert.match(String(result?.found), /^127\.0\.0\.1:1 does not answer/);
    assert.doesNotMatch(String(result?.found), /DEADLINE|UNAVAILABLE|metadata|Resolution note/);
    assert.match(String(result?.next), /^`cornac up` starts it/);
  });
});

suite('the keys of this computer', () => {
  test('are right where they are readable, private and fit DEPLOY_KEY', async () => {
    const file = join(root, 'secret.key');
    const keyFile = join(root, 'id_ed25519');
    await ensureKeyFile(keyFile);
    const env = { CORNAC_IAAS: 'libvirt', CORNAC_SECRET_KEY_FILE: file, CORNAC_SSH_KEY_FILE: keyFile };
    const check = async (more = {}) => tell(await checkKeys(configOf({ ...env, ...more })));

    assert.match(String(await check()), /^unknown SECRET_KEY_FILE: .* does not exist yet/);
    await writeFile(file, 'short', { mode: 0o600 });
    assert.match(String(await check()), /^wrong SECRET_KEY_FILE: .*expected 32 bytes/);
    await writeFile(file, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    assert.deepEqual(await check(), [
      `right SECRET_KEY_FILE: ${file}`,
      'right SSH_KEY_FILE: logs in to machines with ssh-ed25519',
    ]);
    await chmod(file, 0o644);
    assert.match(String(await check()), /^wrong SECRET_KEY_FILE: other users can read .*\(mode 644\)/);

    const own = await readPublicKey(keyFile);
    assert.match(String(await check({ CORNAC_DEPLOY_KEY: own })), /right SSH_KEY_FILE/);
    const other = generateKeyPair().public;
    assert.match(
      String(await check({ CORNAC_DEPLOY_KEY: other })),
      /wrong SSH_KEY_FILE: .*not its public half/,
    );
    await writeFile(keyFile, 'no key');
    assert.match(String(await check()), /wrong SSH_KEY_FILE: .*private key without passphrase/);
    await writeFile(keyFile, `${own}\n`);
    assert.match(String(await check()), /wrong SSH_KEY_FILE: .*is a public key; name the private key/);
    assert.ok(!(await readdir(root)).includes('state'), 'nothing is made');
  });
});
