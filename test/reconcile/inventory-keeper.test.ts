import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { keepInventory } from '../../src/reconcile/inventory-keeper.ts';
import { tryLogin } from '../../src/reconcile/inventory-login.ts';
import { forgetCertificateOf } from '../support/certificate.ts';
import { createWorld, quiet } from '../support/world.ts';
import { createKeeping, MACHINE, PACE } from './keeping.ts';

quiet();
const world = await createWorld({ idle: true });
after(() => world.close());
const { until, isIn, isOn, postmaster, sshd, kill, keep } = createKeeping(world);

describe('the keeper recovers the inventory', () => {
  test('after kill -9 of its postmaster, and two keepers do not disturb each other', async (t) => {
    const keepers = [keep(t), keep(t)];
    const before = await postmaster();
    await kill(before);
    await until('another postmaster', async () => (await postmaster().catch(() => before)) !== before);
    await until('a log-in', isIn);
    // One keeper may have been so fast that the other did not notice the outage.
    await until('the news', () => keepers.some(({ said }) => said.length === 2));
    for (const { said } of keepers.filter((each) => each.said.length > 0)) {
      await until('the end', () => said.length === 2);
      assert.match(
        said[0] ?? '',
        /does not answer; machine cornac-cornac and its PostgreSQL are being restarted/,
      );
      assert.match(said[1] ?? '', /answers again/);
    }
  });

  test('after kill -9 of one of its backends', async (t) => {
    keep(t);
    const client = new pg.Client({ connectionString: world.databaseUrl });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    await kill(rows[0].pid);
    await until('a log-in', isIn);
  });

  test('after kill -9 of postmaster and sshd at once', async (t) => {
    keep(t);
    const pids = [await postmaster(), sshd()];
    await Promise.all(pids.map(kill));
    await until('a log-in', isIn);
    await until('its sshd', isOn);
  });

  test('after its machine was powered off', async (t) => {
    const { said } = keep(t);
    await world.provider.stopMachine(MACHINE, noProgress());
    await until('a log-in', isIn);
    assert.match(said[0] ?? '', /does not answer/);
  });

  test('after kill -9 of its sshd alone, without a restart of PostgreSQL', async (t) => {
    const { said, hasSeenMachine } = keep(t);
    const server = await postmaster();
    // The look shows the keeper that the machine is the inventory's.
    await until('a look', hasSeenMachine);
    await kill(sshd());
    await until('its sshd', isOn);
    assert.deepEqual([await postmaster(), said], [server, []]);
  });
});

describe('an inventory whose server has not proven its identity', () => {
  const addressOf = (secretKey: Buffer) => ({
    url: world.databaseUrl,
    authority: deriveAuthority(secretKey).certificate,
  });

  test('gets a certificate where an older Cornac has made it, without a restart', async (t) => {
    await until('a log-in', isIn);
    await forgetCertificateOf(world);
    const server = await postmaster();
    const own = addressOf(world.secretKey);
    assert.equal((await tryLogin(own)).state, 'unproven');
    const { said } = keep(t, own);
    await until('a log-in', async () => (await tryLogin(own)).state === 'in');
    assert.deepEqual([await postmaster(), said], [server, []]);
  });

  test('keeps its server as it is where that fails, and the keeper logs the reason', async (t) => {
    await until('a log-in', isIn);
    await forgetCertificateOf(world);
    const own = addressOf(world.secretKey);
    const { said, end } = keep(t, own, { refuseCertificate: 'its disk is broken' });
    await until('the news', () => said.length === 2);
    await end();
    keep(t, own);
    await until('a certificate', async () => (await tryLogin(own)).state === 'in');
    assert.ok(said.some((text) => /gets no certificate: its disk is broken\. Cornac retries/.test(text)));
  });

  test('is refused where its certificate is of another authority, and keeps that certificate', async (t) => {
    const { said, countConfigured } = keep(t, addressOf(Buffer.alloc(32)));
    await until('the news', () => said.length === 1);
    assert.equal(countConfigured(), 0, 'nor does it get one of that');
    assert.match(said[0] ?? '', /the inventory's password is not sent: .* of another authority/);
    assert.equal(await isIn(), true);
  });
});

describe('a keeper leaves alone', () => {
  test('a PostgreSQL that is not on a machine of Cornac, and a machine that is left over', async (t) => {
    await world.provider.stopMachine(MACHINE, noProgress());
    // Port 1 of the loopback is closed.
    const { said, end } = keep(t, 'postgresql://cornac:x@127.0.0.1:1/cornac');
    await until('the news', () => said.length === 2);
    await end();
    assert.match(said[1] ?? '', /names no machine of Cornac's: start its PostgreSQL/);
    assert.equal(await isOn(), false);
    assert.equal(await isIn(), false);
  });

  test('an inventory that another process is about to start for the first time', async (t) => {
    const { said } = keep(t, world.databaseUrl, { afterFirstAnswer: true });
    await delay(10 * PACE.lookMs);
    assert.deepEqual([said, await isOn()], [[], false]);
    const machine = await world.provider.startMachine(MACHINE, noProgress());
    await world.guest.startPostgres(machine);
    await until('a log-in', isIn);
    await kill(await postmaster());
    await until('the news', () => said.length === 2);
    await until('a log-in', isIn);
  });

  test('a machine that bootstrap has not finished, and logs this once', async (t) => {
    const other = { name: 'cornac-half', cpus: 1, memoryMiB: 1024, diskGiB: 5 };
    await world.provider.ensureMachine(other, noProgress());
    const { address } = await world.provider.startMachine(other.name, noProgress());
    const said: string[] = [];
    const log = { info: (text: string) => said.push(text), error: (text: string) => said.push(text) };
    const stop = new AbortController();
    const databaseUrl = `postgresql://cornac:x@${address}:5432/cornac`;
    const running = keepInventory(
      { databaseUrl, inventory: { machine: other.name, hostname: address, port: 5432 }, place: world, log },
      stop.signal,
      PACE,
    );
    t.after(async () => {
      stop.abort();
      await running;
      await world.provider.destroyMachine(other, noProgress());
    });
    await until('the news', () => said.length === 2);
    await delay(10 * PACE.lookMs);
    assert.match(said[1] ?? '', /was never completed: run `cornac bootstrap`/);
    assert.equal(said.length, 2);
    assert.equal(
      await world.guest.postgresStatus(await world.provider.startMachine(other.name, noProgress())),
      'none',
    );
  });

  test('everything, after it was stopped', async (t) => {
    const { said, end } = keep(t);
    await until('a log-in', isIn);
    await end();
    await world.provider.stopMachine(MACHINE, noProgress());
    await delay(10 * PACE.lookMs);
    assert.deepEqual([await isOn(), said], [false, []]);
    await world.guest.startPostgres(await world.provider.startMachine(MACHINE, noProgress()));
  });
});

describe('a keeper reports what only a person can mend', () => {
  const asOwner = async (sql: string) =>
    world.guest.psql(await world.provider.startMachine(MACHINE, noProgress()), sql);

  test('a server that refuses every login', async (t) => {
    await asOwner('ALTER ROLE cornac NOLOGIN');
    t.after(() => asOwner('ALTER ROLE cornac LOGIN'));
    const server = await postmaster();
    const { said } = keep(t);
    await until('the news', () => said.length === 1);
    assert.match(said[0] ?? '', /accepts no clients \(role "cornac" is not permitted to log in\)/);
    assert.equal(await postmaster(), server, 'it is not restarted for that');
    await asOwner('ALTER ROLE cornac LOGIN');
    await until('the news', () => said.length === 2);
    assert.match(said[1] ?? '', /answers again/);
  });

  test('a server that does not start: it is reported once, and the attempts go on', async (t) => {
    const broken = `${world.stateDir}/machines/${MACHINE}/data/pgdata/conf.d/broken.conf`;
    await writeFile(broken, 'no_such_setting = 1\n', { mode: 0o644 });
    t.after(() => rm(broken, { force: true }));
    const { said, countStarts } = keep(t);
    await kill(await postmaster());
    await until('the news', () => said.length === 2);
    assert.match(said[1] ?? '', /cannot be started: .*no_such_setting.* see `cornac recover`/s);
    const before = countStarts();
    await until('three more attempts', () => countStarts() >= before + 3);
    assert.equal(said.length, 2);
    await rm(broken);
    await until('the news', () => said.length === 3);
    assert.match(said[2] ?? '', /answers again/);
  });

  test('a server that hangs', async (t) => {
    await until('a log-in', isIn);
    const server = await postmaster();
    process.kill(server, 'SIGSTOP');
    t.after(() => process.kill(server, 'SIGCONT'));
    const { said } = keep(t);
    await until('the news', () => said.length >= 2);
    assert.match(said[1] ?? '', /accepts no clients .*or hangs/);
    process.kill(server, 'SIGCONT');
    await until('the end', () => /answers again/.test(said.at(-1) ?? ''));
    assert.equal(await postmaster(), server);
  });
});
