import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { noProgress } from '../../../src/providers/provider.ts';
import { spec } from '../../support/local/world.ts';
import { skipWithoutRoot } from '../../support/vsphere/build.ts';
import { makeVsphereWorld, type VsphereWorld } from '../../support/vsphere/world.ts';

suite('the customization of a guest', { skip: skipWithoutRoot }, () => {
  const name = 'cornac-customized';
  let world: VsphereWorld;

  before(async () => {
    world = await makeVsphereWorld(5);
  });

  afterEach(async () => {
    await world.simulator.setGuests({});
    await world.provider.destroyMachine({ name }, noProgress());
    assert.equal((await world.simulator.state()).violations, null);
  });

  after(() => world?.remove());

  const simulated = async () => {
    const state = await world.simulator.state();
    const machine = state.machines.find((candidate) => candidate.name === name);
    return { boots: machine?.boots, asked: state.calls.QueryEvents, extraConfig: machine?.extraConfig };
  };

  test('a guest is ready after its restart, and is not checked again at later starts', async () => {
    await world.provider.ensureMachine(spec(name), noProgress());
    await world.provider.startMachine(name, noProgress());
    const { boots, asked } = await simulated();
    assert.equal(boots, 2);
    await world.provider.stopMachine(name, noProgress());
    await world.provider.startMachine(name, noProgress());
    assert.deepEqual([(await simulated()).boots, (await simulated()).asked], [3, asked]);
  });

  test('a guest with further network cards is customized', async () => {
    const provider = await world.open({ machineOrigin: 'datacenter1/vm/templates/origin-with-two-nics' });
    await provider.ensureMachine(spec(name), noProgress());
    await provider.startMachine(name, noProgress());
  });

  test('a guest that does not restart, as with cloud-init, is ready', async () => {
    await world.simulator.setGuests({ cloudInit: true });
    const provider = await world.open({ times: { restart: 300 } });
    await provider.ensureMachine(spec(name), noProgress());
    await provider.startMachine(name, noProgress());
    assert.equal((await simulated()).boots, 1);
  });

  test('an aborted wait is resumed by the next start', async () => {
    const caller = new AbortController();
    const progress = {
      signal: caller.signal,
      report: (message: string) => /customize/.test(message) && caller.abort(new Error('enough')),
    };
    await world.provider.ensureMachine(spec(name), noProgress());
    await assert.rejects(world.provider.startMachine(name, progress), { message: 'enough' });
    await world.provider.startMachine(name, noProgress());
    assert.equal((await simulated()).boots, 2);
  });

  test('a failed customization is an error at every start', async () => {
    await world.simulator.setGuests({ uncustomizable: true });
    await world.provider.ensureMachine(spec(name), noProgress());
    for (let attempt = 1; attempt <= 2; attempt++) {
      await assert.rejects(world.provider.startMachine(name, noProgress()), {
        code: 'Configuration',
        retryable: false,
        message: /^cornac-customized: the guest was not customized: .*toolsDeployPkg\.log/,
      });
    }
    assert.equal((await simulated()).extraConfig?.['cornac.ssh_host_key'], undefined);
  });

  test('a guest without VMware Tools: the error names the reason', async () => {
    await world.simulator.setGuests({ silent: true });
    const impatient = await world.open({ times: { boot: 1_500 } });
    await impatient.ensureMachine(spec(name), noProgress());
    await assert.rejects(impatient.startMachine(name, noProgress()), {
      code: 'Timeout',
      message: /is not ready after 1.5 s: VMware Tools do not run/,
    });
  });
});
