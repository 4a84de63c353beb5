import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { deriveAuthority } from '../../../src/authority/authority.ts';
import { createGuest, type Guest } from '../../../src/guest/guest.ts';
import { openPool } from '../../../src/inventory/database/client.ts';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Command, sh } from '../../../src/ssh/command.ts';
import { scramVerifier } from '../../../src/system/scram-verifier.ts';
import { needsMachines, place } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const PASSWORD = 'canary-of-the-inventory';
const spec = { name: 'cornac-tls', cpus: 1, memoryMiB: 512, diskGiB: 2 };
const authority = deriveAuthority(randomBytes(32));

// A fake PostgreSQL without TLS that asks for the password in clear text and keeps what it receives.
const FAKE = `use IO::Socket;
my $s = IO::Socket::INET->new(LocalPort => 5432, Listen => 9, ReuseAddr => 1) or die;
open(my $log, ">", "/run/told"); $log->autoflush(1);
while (my $c = $s->accept) {
  my $b; sysread($c, $b, 4096); print $log $b; syswrite($c, "N");
  if (sysread($c, $b, 4096)) { print $log $b; syswrite($c, pack("aNN", "R", 8, 3)); sysread($c, $b, 4096); print $log $b }
  close $c;
}`;

describe("a virtual machine's certificate", needsMachines, () => {
  let world: LibvirtWorld;
  let guest: Guest;
  let machine: RunningMachine;
  before(async () => {
    world = await makeLibvirtWorld(place);
    guest = createGuest({
      ssh: world.ssh,
      scriptsDir: 'appliance/guest',
      identify: async ({ address, name }) => authority.issue([address, name]),
    });
    await world.provider.ensureMachine(spec, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.prepareDisk(machine);
    await guest.initCluster(machine, { version });
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
    const verifier = await scramVerifier(PASSWORD);
    await guest.ensureMaster(machine, { user: 'cornac', database: 'cornac', verifier });
  });
  after(() => world?.remove());

  const run = async (command: Command) => (await world.ssh.run(machine.ssh, command)).stdout;
  const ask = async (by = authority) => {
    const url = `postgresql://cornac:${PASSWORD}@${machine.address}:5432/cornac`;
    const pool = openPool({ url, authority: by.certificate });
    try {
      return (await pool.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).rows;
    } finally {
      await pool.end();
    }
  };

  test("is verified by clients, and only PostgreSQL's user can read its key", async () => {
    assert.deepEqual(await ask(), [{ ssl: true }]);
    await assert.rejects(ask(deriveAuthority(randomBytes(32))), /of another authority/);
    assert.equal(await run(sh`stat -c '%U %a' /srv/cornac/data/server.pem`), 'postgres 600\n');
  });

  test('is unchanged after a power cut', async () => {
    await world.provider.stopMachine(spec.name, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    await guest.startPostgres(machine);
    assert.deepEqual(await ask(), [{ ssl: true }]);
  });

  test('is required, so that a fake PostgreSQL of the machine’s root receives no password', async () => {
    await guest.stopPostgres(machine);
    await run(sh`systemd-run -q --unit fake perl -e ${FAKE}
      until [ -e /run/told ]; do sleep 0.1; done`);
    await assert.rejects(ask(), /offers no TLS/);
    const told = Buffer.from(await run(sh`base64 /run/told`), 'base64');
    assert.deepEqual([...told], [0, 0, 0, 8, 4, 210, 22, 47], 'only the question for TLS');
    await run(sh`systemctl stop fake`);
  });
});
