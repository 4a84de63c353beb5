import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { sh } from '../../../src/ssh/command.ts';
import { spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

suite('the identity of a machine on vCenter', { skip: skipWithoutRoot }, () => {
  const name = 'cornac-identity';
  let world: VsphereWorld;

  before(async () => {
    world = await makeVsphereWorld(21);
  });
  afterEach(async () => {
    await world.simulator.setGuests({});
    await world.provider.destroyMachine({ name }, noProgress());
  });
  after(() => world?.remove());

  /** With short timeouts, because a reported key that is never shown would be waited for. */
  const open = () => world.open({ times: { restart: 300, boot: 30_000, otherHostKey: 1_000 } });
  const pinned = async () =>
    (await world.simulator.state()).machines.find((machine) => machine.name === name)?.extraConfig[
      'cornac.ssh_host_key'
    ];

  test('host key and deploy keys are final, whatever a user of the machine writes to guestinfo', async () => {
    const provider = await open();
    await provider.ensureMachine(spec(name), noProgress());
    const machine = await provider.startMachine(name, noProgress());
    const before = await world.ssh.run(machine.ssh, sh`cat /root/.ssh/authorized_keys`);
    const intruder = `ssh-ed25519 ${'A'.repeat(68)}`;
    for (const value of [
      'cornac.machine cornac-intruder',
      `cornac.deploy_keys ${intruder}`,
      `cornac.ssh_host_key ${intruder}`,
    ]) {
      await world.ssh.run(machine.ssh, sh`vmware-rpctool ${`info-set guestinfo.${value}`}`);
    }
    await provider.stopMachine(name, noProgress());
    const again = await provider.startMachine(name, noProgress());
    assert.equal(again.ssh.hostKey, machine.ssh.hostKey);
    const after = await world.ssh.run(again.ssh, sh`cat /root/.ssh/authorized_keys`);
    assert.equal(after.stdout, before.stdout);
  });

  test('a machine of Cornac is refused as the origin', async () => {
    await world.provider.ensureMachine(spec(name), noProgress());
    const provider = await world.open({ machineOrigin: `datacenter1/vm/templates/${name}` });
    await assert.rejects(provider.check(), {
      code: 'Configuration',
      message: /is one of Cornac's own machines/,
    });
  });

  test('cloud-init does not replace the reported host key, at any start', async () => {
    await world.simulator.setGuests({ cloudInit: true });
    const provider = await open();
    await provider.ensureMachine(spec(name), noProgress());
    const machine = await provider.startMachine(name, noProgress());
    assert.equal(await pinned(), machine.ssh.hostKey);
    await provider.stopMachine(name, noProgress());
    assert.equal((await provider.startMachine(name, noProgress())).ssh.hostKey, machine.ssh.hostKey);
  });

  test('the host key is reported on hardened sites, where vmware-rpctool is refused', async () => {
    await world.simulator.setGuests({ hardened: true });
    const provider = await open();
    await provider.ensureMachine(spec(name), noProgress());
    const machine = await provider.startMachine(name, noProgress());
    assert.equal(await pinned(), machine.ssh.hostKey);
  });
});
