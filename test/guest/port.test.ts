import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Guest } from '../../src/guest/guest.ts';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import {
  guestScriptsDir,
  type LocalWorld,
  makeLocalWorld,
  makeRunningMachine,
  scramVerifier,
} from '../support/local/world.ts';

describe('a server on a port of its own', () => {
  // The port of sshd on local machines of the first version.
  const settings = { shared_buffers: '16MB', port: '2222' };
  let world: LocalWorld;
  let guest: Guest;
  let machine: RunningMachine;

  before(async () => {
    world = await makeLocalWorld();
    guest = world.guest;
    machine = await makeRunningMachine(world, 'cornac-port');
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.prepareDisk(machine);
    await guest.initCluster(machine, { version });
    await guest.configure(machine, settings);
    await guest.startPostgres(machine);
  });
  after(() => world.remove());

  const connect = async (password: string): Promise<void> => {
    const client = new pg.Client({
      host: machine.address,
      port: 2222,
      user: 'postgres',
      database: 'test0',
      password,
    });
    await client.connect();
    await client.end();
  };

  test('makes its master user, and sets a new password', async () => {
    const verifier = scramVerifier('first-one');
    await guest.ensureMaster(machine, { user: 'postgres', verifier, database: 'test0' });
    await connect('first-one');
    await guest.setMasterPassword(machine, { user: 'postgres', verifier: scramVerifier('second-one') });
    await connect('second-one');
  });

  test('applies settings and reports its status, before and after a restart of its machine', async () => {
    assert.equal(await guest.postgresStatus(machine), 'running');
    assert.deepEqual(await guest.configure(machine, settings), { restartNeeded: false });
    await guest.stopPostgres(machine);
    assert.equal(await guest.postgresStatus(machine), 'stopped');
    await world.provider.stopMachine(machine.name, noProgress());
    machine = await world.provider.startMachine(machine.name, noProgress());
    await guest.startPostgres(machine);
    assert.equal(await guest.postgresStatus(machine), 'running');
    assert.equal((await guest.psql(machine, 'SHOW port;')).trim(), '2222');
  });
});

describe('a machine with SELinux and a firewall', () => {
  /** The commands of `open_port` where every program exists and succeeds, except those that match `failing`. */
  const commandsFor = (port: number | string, failing = '-'): string[] => {
    const dir = mkdtempSync(join(tmpdir(), 'cornac-firewall-'));
    try {
      for (const name of ['selinuxenabled', 'semanage', 'systemctl', 'firewall-cmd']) {
        const script = `#!/bin/sh\necho "\${0##*/} $*" >>'${dir}/log'\ncase "\${0##*/} $*" in ${failing}*) exit 1; esac\n`;
        writeFileSync(join(dir, name), script);
        chmodSync(join(dir, name), 0o755);
      }
      writeFileSync(join(dir, 'log'), '');
      const script = `set -eu; fail() { exit 0; }; . '${guestScriptsDir}/service-systemd.sh'; open_port '${port}'`;
      execFileSync('sh', ['-c', script], { env: { PATH: `${dir}:/usr/bin:/bin` }, stdio: 'ignore' });
      const lines = readFileSync(join(dir, 'log'), 'utf8').split('\n').filter(Boolean);
      return lines.filter((line) => /^(semanage|firewall-cmd)/.test(line));
    } finally {
      rmSync(dir, { recursive: true });
    }
  };
  const opened = ['firewall-cmd -q --permanent --add-port=6000/tcp', 'firewall-cmd -q --add-port=6000/tcp'];

  test('opens another port than the usual one in both', () => {
    assert.deepEqual(commandsFor(6000), ['semanage port -a -t postgresql_port_t -p tcp 6000', ...opened]);
  });

  test('changes the type of a port that SELinux knows already', () => {
    assert.deepEqual(commandsFor(6000, '"semanage port -a"'), [
      'semanage port -a -t postgresql_port_t -p tcp 6000',
      'semanage port -m -t postgresql_port_t -p tcp 6000',
      ...opened,
    ]);
  });

  test("opens no port that is not an instance's, whatever PostgreSQL's user has written", () => {
    for (const port of ['22', '0022', '1149', '', '6000 22', '99999999999999999999']) {
      assert.deepEqual(commandsFor(port), [], port);
    }
  });

  test('is unchanged without SELinux and firewall, or for the usual port', () => {
    assert.deepEqual(commandsFor(6000, '"s"*'), []);
    assert.deepEqual(commandsFor(5432), []);
  });
});

describe('a postmaster.pid without a number, on a machine with systemd', () => {
  /** The content of the file after `forget_number`, where systemd reports this process of the unit. */
  const leftOf = (content: string, mainPid: number): string | undefined => {
    const dir = mkdtempSync(join(tmpdir(), 'cornac-number-'));
    try {
      const file = join(dir, 'postmaster.pid');
      writeFileSync(file, content);
      const script = `set -eu; PGDATA='${dir}'; CORNAC_UNIT=unit
        line() { sed -n "$1{p;q}" "$2"; }
        as_user() { "$@"; }
        systemctl() { echo ${mainPid}; }
        . '${guestScriptsDir}/service-systemd.sh'; forget_number`;
      execFileSync('sh', ['-c', script], { stdio: 'pipe' });
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    } finally {
      rmSync(dir, { recursive: true });
    }
  };

  test('is removed, so that another server can start', () => {
    for (const content of ['', '\n', '\0'.repeat(80), 'garbage\n']) {
      assert.equal(leftOf(content, 0), undefined);
    }
  });

  test('stays while the unit runs, and so does a file with a number', () => {
    assert.equal(leftOf('', 42), '');
    assert.equal(leftOf('123\n/data\n', 0), '123\n/data\n');
  });
});
