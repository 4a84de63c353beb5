import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { deriveAuthority } from '../../src/authority/authority.ts';
import type { InventoryAddress } from '../../src/inventory/database/address.ts';
import { noProgress } from '../../src/providers/provider.ts';
import { type KeeperPace, keepInventory } from '../../src/reconcile/inventory-keeper.ts';
import { tryLogin } from '../../src/reconcile/inventory-login.ts';
import { inventoryMachineOf } from '../../src/reconcile/recover-inventory.ts';
import { forgetCertificateOf } from '../support/certificate.ts';
import { findSshd } from '../support/local-machine.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

const PACE: KeeperPace = {
  lookMs: 50,
  loginMs: 100,
  machineMs: 100,
  firstRetryMs: 50,
  longestRetryMs: 500,
};
const MACHINE = 'cornac-cornac';
let world: World;
before(async () => {
  quiet();
  world = await createWorld({ idle: true });
});
after(() => world?.close());

function until(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  return waitUntil(what, look, { withinMs: 120_000, everyMs: 50 });
}
async function isIn() {
  return (await tryLogin(world.databaseUrl)).state === 'in';
}
async function isOn() {
  return (await world.provider.findMachine(MACHINE))?.state === 'running';
}
async function pidOf(file: string): Promise<number> {
  return Number.parseInt(await readFile(`${world.stateDir}/machines/${MACHINE}/${file}`, 'utf8'), 10);
}
function postmaster() {
  return pidOf('data/pgdata/postmaster.pid');
}
function sshd(): number {
  const pid = findSshd(`${world.stateDir}/machines/${MACHINE}`);
  assert.ok(pid);
  return pid;
}
async function kill(pid: number) {
  return process.kill(pid, 'SIGKILL');
}

/** A keeper that runs until the test ends, and the lines that it logs. */
function keep(
  t: TestContext,
  databaseUrl: InventoryAddress = world.databaseUrl,
  { refuseCertificate, ...more }: { afterFirstAnswer?: boolean; refuseCertificate?: string } = {},
) {
  const said: string[] = [];
  const stop = new AbortController();
  const log = { info: (text: string) => said.push(text), error: (text: string) => said.push(text) };
  const inventory = inventoryMachineOf(
    typeof databaseUrl === 'string' ? databaseUrl : databaseUrl.url,
    'cornac-',
  );
  assert.ok(inventory);
  let starts = 0;
  const startMachine: World['provider']['startMachine'] = async (name, progress) => {
    const machine = await world.provider.startMachine(name, progress);
    starts += 1;
    return machine;
  };
  let configured = 0;
  const configure: World['guest']['configure'] = async (...call) => {
    configured += 1;
    if (refuseCertificate !== undefined) throw new Error(refuseCertificate);
    return world.guest.configure(...call);
  };
  const place = {
    provider: { ...world.provider, startMachine },
    guest: { ...world.guest, configure },
  };
  const running = keepInventory({ databaseUrl, inventory, place, log, ...more }, stop.signal, PACE);
  const end = async () => {
    stop.abort();
    await running;
  };
  t.after(end);
  return {
    said,
    end,
    hasSeenMachine: () => starts > 0,
    countStarts: () => starts,
    countConfigured: () => configured,
  };
}

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
