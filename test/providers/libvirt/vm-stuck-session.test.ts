import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGuest, type Guest } from '../../../src/guest/guest.ts';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { type Command, sh } from '../../../src/ssh/command.ts';
import { startDeadline } from '../../../src/system/deadline.ts';
import { needsMachines, place } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-stuck', cpus: 1, memoryMiB: 512, diskGiB: 2 };
/** Less than the five minutes after which systemd would kill the unit, and enough without hardware virtualisation. */
const BOUND_MS = 270_000;

describe('PostgreSQL on a virtual machine', needsMachines, () => {
  let world: LibvirtWorld;
  let guest: Guest;
  let machine: RunningMachine;
  before(async () => {
    world = await makeLibvirtWorld(place);
    guest = createGuest({ ssh: world.ssh, scriptsDir: 'appliance/guest' });
    await world.provider.ensureMachine(spec, noProgress());
    machine = await world.provider.startMachine(spec.name, noProgress());
    await guest.prepareDisk(machine);
    const [version = ''] = await world.provider.listEngineVersions();
    await guest.initCluster(machine, { version });
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
  });
  after(() => world?.remove());

  const run = async (command: Command) => (await world.ssh.run(machine.ssh, command)).stdout;

  test('is restarted though a session handles no signal and another process works', async (t) => {
    // The session stays when its client, which is killed here, has gone.
    await run(sh`pid=$(runuser -u postgres -- sh -c '
        psql -XqAt -h /run/postgresql -U rdsadmin rdsadmin -c "SELECT pg_backend_pid()" -c "SELECT pg_sleep(900)" >/tmp/pid &
        while ! [ -s /tmp/pid ]; do sleep 0.2; done; cat /tmp/pid' </dev/null 2>/dev/null)
      kill -STOP "$pid"
      checkpointer=$(pgrep -f '^postgres: checkpointer')
      setsid sh -c "while kill -HUP $checkpointer; do sleep 0.01; done" >/dev/null 2>&1 </dev/null &`);
    const deadline = startDeadline(BOUND_MS);
    t.after(deadline.dispose);
    await guest.restartPostgres(machine, { signal: deadline.signal });
    assert.equal(
      await guest.psql(machine, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%(900)%';"),
      '0\n',
    );
  });
});
