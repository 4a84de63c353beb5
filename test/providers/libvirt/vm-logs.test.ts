import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Guest } from '../../../src/guest/guest.ts';
import { createGuest } from '../../../src/guest/guest.ts';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Command, sh } from '../../../src/ssh/command.ts';
import { needsMachines, place } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const MIB = 1024 * 1024;
const spec = { name: 'cornac-logs', cpus: 1, memoryMiB: 512, diskGiB: 2 };
/** A tenth of this data volume is less than the least bound of all logs; one log takes a quarter of that. */
const ONE = 160 * MIB;

describe('the log of a virtual machine', needsMachines, () => {
  let world: LibvirtWorld;
  let guest: Guest;
  let machine: RunningMachine;
  before(async () => {
    world = await makeLibvirtWorld(place);
    guest = createGuest({ ssh: world.ssh, scriptsDir: 'appliance/guest' });
    await world.provider.ensureMachine(spec, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.prepareDisk(machine);
    assert.deepEqual((await guest.initCluster(machine, { version })).notices, []);
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
  });
  after(() => world?.remove());

  const run = async (command: Command) => (await world.ssh.run(machine.ssh, command)).stdout;
  const limit = async () =>
    Number(await run(sh`prlimit --pid "$(pgrep -xf 'postgres: logger *')" --fsize --noheadings -o SOFT`));

  test('is listed and read, and the cluster has the locale of RDS and UTC', async () => {
    await assert.rejects(guest.psql(machine, 'SELECT 1/0;'));
    const name = (await guest.listLogs(machine)).at(-1)?.name ?? '';
    assert.match(name, /^postgresql\.log\.\d{4}-\d\d-\d\d-\d\d$/);
    const portion = await guest.readLog(machine, { name, from: 0 });
    assert.match(
      String(portion?.content),
      /UTC:\[local\]:rdsadmin@rdsadmin:\[\d+\]:ERROR: {2}division by zero\n/,
    );
    const shown = await guest.psql(
      machine,
      `SELECT datcollate, current_setting('timezone') FROM pg_database LIMIT 1;`,
    );
    assert.equal(shown, 'en_US.UTF-8|UTC\n');
  });

  test('has its bound after a start, and after a boot from the first look on', async () => {
    const started = await limit();
    assert.ok(started >= 32 * MIB && started <= ONE, String(started));
    await world.provider.stopMachine(spec.name, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    await run(sh`until pgrep -xf 'postgres: logger *' >/dev/null; do sleep 0.2; done`);
    assert.ok(Number.isNaN(await limit()), 'systemd has started the server');
    await guest.findRoom(machine);
    assert.equal(await limit(), started);
  });
});
