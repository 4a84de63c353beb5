import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import pg from 'pg';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { scramVerifier, spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

// The tests depend on each other: they follow one machine.
suite('a machine on vCenter', { skip: skipWithoutRoot }, () => {
  const name = 'cornac-life';
  const password = "C0nf'de tie!";
  let world: VsphereWorld;
  let machine: RunningMachine;

  before(async () => {
    world = await makeVsphereWorld(3);
  });
  after(() => world?.remove());

  const simulated = async () => {
    const found = (await world.simulator.state()).machines.find((candidate) => candidate.name === name);
    assert.ok(found);
    return found;
  };

  async function query(sql: string): Promise<unknown> {
    const client = new pg.Client({ host: machine.address, user: 'postgres', password, database: 'test0' });
    await client.connect();
    try {
      return (await client.query({ text: sql, rowMode: 'array' })).rows[0]?.[0];
    } finally {
      await client.end();
    }
  }

  test('a new machine runs PostgreSQL', async () => {
    await world.provider.ensureMachine(spec(name), noProgress());
    machine = await world.provider.startMachine(name, noProgress());
    const { guest } = world;
    await guest.prepareDisk(machine);
    await guest.initCluster(machine, { version: '15' });
    await guest.configure(machine, { shared_buffers: '16MB' });
    await guest.startPostgres(machine);
    await guest.ensureMaster(machine, {
      user: 'postgres',
      verifier: scramVerifier(password),
      database: 'test0',
    });
    assert.match(String(await query('SELECT version()')), /^PostgreSQL 15/);
    await query('CREATE TABLE kept AS SELECT 42');
  });

  test('the SSH host key is pinned where the guest cannot change it', async () => {
    const { extraConfig } = await simulated();
    assert.equal(extraConfig['cornac.ssh_host_key'], machine.ssh.hostKey);
    assert.ok(!JSON.stringify(await world.simulator.state()).includes('PRIVATE KEY'));
  });

  test('a stop goes through VMware Tools and lets PostgreSQL shut down', async () => {
    await world.provider.stopMachine(name, noProgress());
    const { calls } = await world.simulator.state();
    assert.deepEqual([calls.ShutdownGuest, calls.PowerOffVM_Task], [1, undefined]);
    machine = await world.provider.startMachine(name, noProgress());
    await world.guest.startPostgres(machine);
    assert.equal(await query('TABLE kept'), 42);
    // PostgreSQL logs this when it starts after a kill.
    await assert.rejects(
      world.ssh.run(machine.ssh, sh`grep -rq 'was interrupted' ${'/var/lib/postgresql/cornac/log'}`),
      {
        exitCode: 1,
      },
    );
  });

  test('a running machine gets new CPUs and memory at its next start', async () => {
    const larger = { ...spec(name), cpus: 4, memoryMiB: 4096, diskGiB: 3 };
    assert.deepEqual(await world.provider.resizeMachine(larger, noProgress()), {
      restartNeeded: true,
      notes: [],
    });
    assert.deepEqual((await simulated()).disksGiB, [8, 3]);
    assert.equal((await simulated()).cpus, 1);
    await world.provider.stopMachine(name, noProgress());
    machine = await world.provider.startMachine(name, noProgress());
    const { cpus, memoryMiB } = await simulated();
    assert.deepEqual([cpus, memoryMiB], [4, 4096]);
    assert.deepEqual(await world.provider.resizeMachine(larger, noProgress()), {
      restartNeeded: false,
      notes: [],
    });
  });

  test('a stopped machine gets new CPUs and memory at once', async () => {
    await world.provider.stopMachine(name, noProgress());
    const smaller = { ...spec(name), cpus: 2, diskGiB: 3 };
    assert.deepEqual(await world.provider.resizeMachine(smaller, noProgress()), {
      restartNeeded: false,
      notes: [],
    });
    const { cpus, memoryMiB } = await simulated();
    assert.deepEqual([cpus, memoryMiB], [2, 512]);
    machine = await world.provider.startMachine(name, noProgress());
  });

  test('a disk larger than the datastore is refused', async () => {
    const { freeGiB } = await world.simulator.state();
    await world.simulator.setFreeSpace(1);
    const huge = { ...spec(name), diskGiB: 5 };
    await assert.rejects(world.provider.resizeMachine(huge, noProgress()), { code: 'InsufficientCapacity' });
    await world.simulator.setFreeSpace(freeGiB);
  });

  test('a stop goes over SSH when VMware Tools do not answer', async () => {
    await world.simulator.fault({ method: 'ShutdownGuest', times: 1, fault: 'ToolsUnavailable' });
    const said: string[] = [];
    await world.provider.stopMachine(name, { ...noProgress(), report: (message) => said.push(message) });
    assert.ok(said.includes('Asking over SSH to power off'));
    assert.equal((await world.simulator.state()).calls.PowerOffVM_Task, undefined);
    machine = await world.provider.startMachine(name, noProgress());
  });

  test('a stop powers the machine off when the guest does not shut down in time', async () => {
    const impatient = await world.open({ times: { shutdown: 300 }, powerOffGuest: async () => {} });
    await world.simulator.setGuests({ stubborn: true });
    await impatient.stopMachine(name, noProgress());
    assert.equal((await world.simulator.state()).calls.PowerOffVM_Task, 1);
    assert.equal((await simulated()).power, 'poweredOff');
    await world.simulator.setGuests({});
  });

  test('a start without VMware Tools times out and names the reason', async () => {
    const impatient = await world.open({ times: { boot: 1_500 } });
    await world.simulator.setGuests({ silent: true });
    await assert.rejects(impatient.startMachine(name, noProgress()), {
      code: 'Timeout',
      message: /cornac-life is not ready after 1.5 s: VMware Tools do not run/,
    });
    await world.simulator.setGuests({});
    await impatient.destroyMachine({ name }, noProgress());
  });

  test('a machine has the requested address, and a name below DNS_DOMAIN', async () => {
    const iaas = `${world.options().iaas}&netmask=255.255.255.0&gateway=127.77.3.1&dns=127.77.3.2`;
    const provider = await world.open({ iaas, dnsDomain: '.virt' });
    await provider.ensureMachine({ ...spec(name), address: '127.77.3.200' }, noProgress());
    machine = await provider.startMachine(name, noProgress());
    assert.equal(machine.address, `${name}.virt`);
    assert.equal(machine.ssh.host, '127.77.3.200');
    await provider.destroyMachine({ name }, noProgress());
  });

  test('no machine and no guest is left', async () => {
    const { guests, machines, violations } = await world.simulator.state();
    assert.deepEqual(guests, []);
    assert.ok(machines.every((candidate) => candidate.name !== name));
    assert.equal(violations, null);
  });
});
