import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, type X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { createGuest, type Guest } from '../../src/guest/guest.ts';
import type { RunningMachine } from '../../src/providers/provider.ts';
import { probePostgres } from '../../src/reconcile/postgres-probe.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeServer,
  scramVerifier,
} from '../support/local/world.ts';

const PASSWORD = 'opensesame';
const authority = deriveAuthority(randomBytes(32));
const run = promisify(execFile);

describe("a server's certificate", () => {
  let world: LocalWorld;
  let machine: RunningMachine;
  let identity = (address: string) => authority.issue([address, 'cornac-tls']);
  let guest: Guest;
  let ca: string;

  before(async () => {
    world = await makeLocalWorld();
    guest = createGuest({
      ssh: world.ssh,
      scriptsDir: guestScriptsDir,
      identify: async ({ address }) => identity(address),
    });
    // Without a certificate, as an older Cornac left it.
    machine = await makeServer(world, 'cornac-tls');
    await world.guest.ensureMaster(machine, {
      user: 'postgres',
      database: 'test0',
      verifier: scramVerifier(PASSWORD),
    });
    ca = join(world.stateDir, 'authority.crt');
    writeFileSync(ca, authority.certificate);
  });
  after(() => world.remove());

  const file = () => `${machine.guestRoot}/data/server.pem`;
  const startTime = () => guest.psql(machine, 'SELECT pg_postmaster_start_time();');

  const psql = async (parameters: string): Promise<string> => {
    const to = `host=${machine.address} user=postgres dbname=test0 password=${PASSWORD} ${parameters}`;
    const query = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    return (await run('psql', ['-XAt', to, '-c', query])).stdout.trim();
  };

  /** The certificate that the server shows to any client. */
  const shown = async (): Promise<X509Certificate> => {
    const socket = connect({ host: machine.address, port: 5432 });
    await once(socket, 'connect');
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    assert.equal(String((await once(socket, 'data'))[0]), 'S');
    const secure = connectTls({ socket, rejectUnauthorized: false });
    await once(secure, 'secureConnect');
    const certificate = secure.getPeerX509Certificate();
    // Destroyed, it may leave before its half of the handshake is sent, and the server would log that later.
    secure.end();
    await once(secure, 'close');
    assert.ok(certificate);
    return certificate;
  };

  test('is added to a running server without TLS, without a restart and without new settings', async () => {
    const began = await startTime();
    assert.equal(await psql('sslmode=prefer'), 'f');
    await guest.configure(machine, { shared_buffers: '24MB' }, { keep: true });
    assert.equal(await psql('sslmode=prefer'), 't');
    assert.equal(await startTime(), began);
    assert.equal((await guest.psql(machine, 'SHOW shared_buffers;')).trim(), '16MB');
  });

  test('is verified by psql: another authority and another host name are refused', async () => {
    assert.equal(await psql(`sslmode=verify-full sslrootcert=${ca}`), 't');
    const stranger = join(world.stateDir, 'stranger.crt');
    writeFileSync(stranger, deriveAuthority(randomBytes(32)).certificate);
    await assert.rejects(psql(`sslmode=verify-full sslrootcert=${stranger}`), /certificate verify failed/);
    await assert.rejects(
      psql(`sslmode=verify-full sslrootcert=${ca} host=another hostaddr=${machine.address}`),
      /does not match host name/,
    );
  });

  test('stays the same while it is valid', async () => {
    const { fingerprint256 } = await shown();
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.configure(machine, {}, { keep: true });
    await guest.restartPostgres(machine, { settings: { shared_buffers: '16MB' } });
    assert.equal((await shown()).fingerprint256, fingerprint256);
  });

  test('is replaced without a restart when it ends soon', async () => {
    const began = await startTime();
    const used = new Date(Date.now() - 2 * 365 * 86_400_000);
    identity = (address) => authority.issue([address], used);
    await guest.configure(machine, { shared_buffers: '16MB' });
    const old = await shown();
    assert.equal(old.subjectAltName, `IP Address:${machine.address}`);
    identity = (address) => authority.issue([address]);
    await guest.configure(machine, { shared_buffers: '16MB' });
    const renewed = await shown();
    assert.ok(new Date(renewed.validTo) > new Date(old.validTo));
    assert.equal(await startTime(), began);
  });

  test('is written before a start, and not by a mere check of settings', async () => {
    const before = readFileSync(file(), 'utf8');
    identity = (address) => authority.issue([address, 'other.virt']);
    await assert.rejects(guest.restartPostgres(machine, { settings: { work_mem: 'much' } }), {
      exitCode: 65,
    });
    assert.equal(readFileSync(file(), 'utf8'), before);
    await guest.stopPostgres(machine);
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
    assert.match((await shown()).subjectAltName ?? '', /other\.virt/);
  });

  test('is replaced where its file has other content', async () => {
    const owner = statSync(file());
    for (const content of ['', 'x\n', `${'9'.repeat(64)} 99999999999999999999\n`]) {
      writeFileSync(file(), content);
      await guest.configure(machine, { shared_buffers: '16MB' });
      assert.match((await shown()).subjectAltName ?? '', /other\.virt/);
    }
    const { uid, mode } = statSync(file());
    assert.equal(uid, owner.uid);
    assert.equal(mode & 0o777, 0o600);
    assert.equal(existsSync(`${file()}.new`), false);
  });

  test('that cannot be written does not prevent a restart with new settings', async () => {
    identity = (address) => authority.issue([address, 'third.virt']);
    mkdirSync(`${file()}.new`);
    await guest.restartPostgres(machine, { settings: { shared_buffers: '17MB' } });
    assert.equal((await guest.psql(machine, 'SHOW shared_buffers;')).trim(), '17MB');
    assert.match((await shown()).subjectAltName ?? '', /other\.virt/);
    rmdirSync(`${file()}.new`);
    await guest.configure(machine, { shared_buffers: '17MB' });
    assert.match((await shown()).subjectAltName ?? '', /third\.virt/);
  });

  const log = async (): Promise<string> =>
    (await run('sh', ['-c', 'find "$1/log" -type f -exec cat {} +', 'sh', machine.guestRoot])).stdout;

  test('has a key that is in no log, and a probe of the server writes no line to the log', async () => {
    const before = await log();
    assert.doesNotMatch(before, /PRIVATE|BEGIN/);
    for (let times = 0; times < 5; times++) assert.equal(await probePostgres(machine.address, 5432), 'up');
    // After this session the server has noticed that the probes are gone.
    await psql('sslmode=require');
    assert.equal((await log()).slice(before.length), '');
  });
});
