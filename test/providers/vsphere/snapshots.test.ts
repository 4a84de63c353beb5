import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { type MachineSpec, noProgress, type Provider } from '../../../src/providers/provider.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('the snapshot that machines are cloned from', { skip: skipWithoutGo }, () => {
  const originName = 'cornac--origin';
  const vcenter = useSimulator();

  afterEach(() => vcenter.simulator.change(originName, { power: 'poweredOff' }));

  const open = (options = '', changes: Partial<VsphereOptions> = {}): Provider => {
    return vcenter.open({ iaas: `${vcenter.simulator.iaas()}${options}`, ...changes });
  };
  const spec = (name: string): MachineSpec => ({
    name: `cornac-${name}`,
    cpus: 1,
    memoryMiB: 512,
    diskGiB: 1,
  });
  const refuses = async (provider: Provider, message: RegExp): Promise<void> => {
    const refusal = { code: 'Configuration', message };
    await assert.rejects(provider.ensureMachine(spec('none'), noProgress()), refusal);
    await assert.rejects(provider.check(), refusal);
  };
  const made = async (provider: Provider, name: string) => {
    await provider.ensureMachine(spec(name), noProgress());
    const { clones, machines } = await vcenter.simulator.state();
    return {
      snapshot: clones?.find((clone) => clone.name === `cornac-${name}`)?.snapshot,
      networks: machines.find((machine) => machine.name === `cornac-${name}`)?.networks,
    };
  };

  test('a clone has the hardware of the snapshot, not later hardware of the origin', async () => {
    const machineOrigin = 'datacenter1/vm/templates/origin-with-late-nic';
    const network = 'datacenter1/network/database-net';
    const { networks } = await made(open('', { machineOrigin, network }), 'late');
    assert.ok(networks?.includes('database-net'));
  });

  test('snapshot= of IAAS selects one of several snapshots', async () => {
    const { snapshot: first } = await made(open(), 'first');
    await vcenter.simulator.snapshot(originName, 'backup');
    const { snapshot: current } = await made(open(), 'current');
    const { snapshot: named } = await made(open('&snapshot=ready'), 'named');
    assert.notEqual(current, first);
    assert.equal(named, first);
    await refuses(
      open('&snapshot=gone'),
      /^IAAS: snapshot=gone: the origin has no such snapshot, but "ready", "backup"/,
    );
    await vcenter.simulator.snapshot(originName, 'ready');
    await refuses(open('&snapshot=ready'), /^IAAS: snapshot=ready: the origin has 2 snapshots of that name/);
    await vcenter.simulator.snapshot(originName, 'backup', { remove: true });
  });

  test('a snapshot with memory is refused', async () => {
    await vcenter.simulator.change(originName, { power: 'poweredOn' });
    await vcenter.simulator.snapshot(originName, 'running', { memory: true });
    await vcenter.simulator.change(originName, { power: 'poweredOff' });
    await refuses(
      open(),
      /^MACHINE_ORIGIN: its snapshot "running" was created while the origin ran: .*snapshot=NAME in IAAS/,
    );
    await vcenter.simulator.snapshot(originName, 'running', { remove: true });
  });

  test('a snapshot of the running origin is refused, although vCenter shows it as off', async () => {
    await vcenter.simulator.change(originName, { power: 'poweredOn' });
    await vcenter.simulator.snapshot(originName, 'backup of the running');
    await refuses(
      open(),
      /^MACHINE_ORIGIN: its snapshot "backup of the running" was created while the origin ran/,
    );
    await vcenter.simulator.snapshot(originName, 'backup of the running', { remove: true });
    // A snapshot from before the power-on is still accepted.
    await open().check();
  });

  test('a full clone needs no snapshot, but an origin that is off', async () => {
    await open('&clone=full').check();
    await vcenter.simulator.change(originName, { power: 'poweredOn' });
    await refuses(open('&clone=full'), /^MACHINE_ORIGIN: the origin is not off: /);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});
