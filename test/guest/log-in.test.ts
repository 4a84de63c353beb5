import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { createGuest, type Guest } from '../../src/guest/guest.ts';
import { defaultParameters } from '../../src/model/db-parameter-group/default-parameters.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeServer,
  scramVerifier,
} from '../support/local/world.ts';

const PASSWORD = 'opensesame';
const BUFFERS = { shared_buffers: '16MB' };
const run = promisify(execFile);

describe('how clients log in', () => {
  const authority = deriveAuthority(randomBytes(32));
  let world: LocalWorld;
  let machine: RunningMachine;
  let guest: Guest;
  let bundle: string;
  let stranger: string;

  before(async () => {
    world = await makeLocalWorld();
    guest = createGuest({
      ssh: world.ssh,
      scriptsDir: guestScriptsDir,
      identify: async ({ address, name }) => authority.issue([address, name]),
    });
    machine = await makeServer(world, 'cornac-log-in');
    await guest.ensureMaster(machine, {
      user: 'postgres',
      database: 'test0',
      verifier: scramVerifier(PASSWORD),
    });
    bundle = join(world.stateDir, 'authority.crt');
    writeFileSync(bundle, authority.certificate);
    stranger = join(world.stateDir, 'stranger.crt');
    writeFileSync(stranger, deriveAuthority(randomBytes(32)).certificate);
  });
  after(() => world.remove());

  const psql = async (
    parameters: string,
    sql = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  ) => {
    const to = `host=${machine.address} user=postgres dbname=test0 password=${PASSWORD} ${parameters}`;
    return (await run('psql', ['-XAt', to, '-c', sql])).stdout.trim();
  };
  const force = (value: '0' | '1') => guest.configure(machine, { ...BUFFERS, 'rds.force_ssl': value });

  test('the default is TLS for everyone from PostgreSQL 15 on, and a choice below', () => {
    const defaults = ['13.23', '14.20', '15.0', '18.1'].map((version) => defaultParameters(version));
    assert.deepEqual(
      defaults.map(({ 'rds.force_ssl': value }) => value),
      ['0', '0', '1', '1'],
    );
  });

  test('with rds.force_ssl = 0 a client may do without TLS', async () => {
    await force('0');
    assert.equal(await psql('sslmode=disable'), 'f');
    assert.equal(await psql('sslmode=require'), 't');
    assert.equal(await psql('sslmode=disable', 'SHOW rds.force_ssl'), '0');
  });

  test('a server that runs takes rds.force_ssl = 1 without a restart, and refuses in the words of PostgreSQL', async () => {
    assert.equal((await force('1')).restartNeeded, false);
    await assert.rejects(
      psql('sslmode=disable'),
      /FATAL: {2}no pg_hba\.conf entry for host "[\d.]+", user "postgres", database "test0", (no encryption|SSL off)/,
    );
    assert.equal(await psql('sslmode=prefer'), 't');
  });

  test('a later start keeps rds.force_ssl = 1', async () => {
    await guest.startPostgres(machine);
    await guest.restartPostgres(machine);
    await assert.rejects(psql('sslmode=disable'), /no pg_hba\.conf entry/);
  });

  test('psql connects with require, verify-ca and verify-full, and refuses another authority and another name', async () => {
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      assert.equal(await psql(`sslmode=${mode} sslrootcert=${bundle}`), 't', mode);
      await assert.rejects(
        psql(`sslmode=${mode} sslrootcert=${stranger}`),
        /certificate verify failed/,
        mode,
      );
    }
    const renamed = `host=another hostaddr=${machine.address} sslrootcert=${bundle}`;
    assert.equal(await psql(`sslmode=verify-ca ${renamed}`), 't');
    await assert.rejects(psql(`sslmode=verify-full ${renamed}`), /does not match host name/);
    assert.equal(await psql(`sslmode=verify-full ${renamed} host=${machine.name}`), 't');
  });

  test('node-postgres verifies authority and address', async () => {
    const connect = async (ca: string) => {
      const client = new pg.Client({
        ...{ host: machine.address, user: 'postgres', database: 'test0', password: PASSWORD },
        ssl: { ca },
      });
      client.on('error', () => {});
      await client.connect();
      await client.end();
    };
    await connect(authority.certificate);
    await assert.rejects(connect(deriveAuthority(randomBytes(32)).certificate), /certificate/);
  });

  test('a role with an MD5 hash logs in beside a role with a SCRAM verifier', async () => {
    await psql('', "SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'of-old'");
    assert.equal(await psql('user=old password=of-old', 'SELECT current_user'), 'old');
    await assert.rejects(psql('user=old password=wrong'), /password authentication failed for user "old"/);
    assert.equal(await psql('', 'SELECT current_user'), 'postgres');
    await force('0');
    assert.equal(await psql('sslmode=disable user=old password=of-old', 'SELECT current_user'), 'old');
  });

  test('rdsadmin and a role without a password are refused, with TLS and without', async () => {
    await psql('', 'CREATE ROLE bare LOGIN');
    for (const mode of ['require', 'disable']) {
      await assert.rejects(psql(`sslmode=${mode} user=rdsadmin`), /pg_hba\.conf rejects connection/, mode);
      await assert.rejects(psql(`sslmode=${mode} user=bare`), /password authentication failed/, mode);
    }
  });

  test('nothing older than TLS 1.2 is spoken', async () => {
    assert.equal((await guest.psql(machine, 'SHOW ssl_min_protocol_version;')).trim(), 'TLSv1.2');
  });
});
