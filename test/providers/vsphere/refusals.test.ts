import assert from 'node:assert/strict';
import { afterEach, suite, test } from 'node:test';
import { type MachineSpec, noProgress, type ProviderErrorCode } from '../../../src/providers/provider.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

const spec: MachineSpec = { name: 'cornac-a', cpus: 2, memoryMiB: 2048, diskGiB: 5 };

suite('refusals before the first clone', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();

  afterEach(() => vcenter.simulator.setFreeSpace(1024));

  const withOptions = (options: string) => ({
    iaas: vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&${options}`),
  });
  const template = (name: string) => ({ machineOrigin: `datacenter1/vm/templates/${name}` });

  async function refuses(changes: Partial<VsphereOptions>, code: ProviderErrorCode, message: RegExp) {
    const provider = vcenter.open(changes);
    await assert.rejects(provider.ensureMachine(spec, noProgress()), { code, message });
    assert.equal((await vcenter.simulator.state()).calls.CloneVM_Task, undefined);
    return provider;
  }

  async function checkRefuses(changes: Partial<VsphereOptions>, code: ProviderErrorCode, message: RegExp) {
    const provider = await refuses(changes, code, message);
    await assert.rejects(provider.check(), { code, message });
  }

  test('a missing origin is refused', async () => {
    await checkRefuses(
      template('nothing'),
      'OriginNotFound',
      /^MACHINE_ORIGIN: datacenter1\/vm\/templates\/nothing is not in/,
    );
    await checkRefuses(
      { machineOrigin: 'datacenter1/vm/templates' },
      'OriginNotFound',
      /is a Folder, not a VirtualMachine/,
    );
    await checkRefuses({ machineOrigin: 'cornac--origin' }, 'OriginNotFound', /expected its inventory path/);
  });

  test('an unknown network, datastore, resource pool or folder is refused', async () => {
    await checkRefuses(
      { network: 'datacenter1/network/none' },
      'Configuration',
      /^NETWORK: datacenter1\/network\/none is not in/,
    );
    await assert.rejects(vcenter.open({ inventoryNetwork: 'none' }).check(), {
      code: 'Configuration',
      message: /^INVENTORY_NETWORK: datacenter1\/network\/none is not in/,
    });
    await checkRefuses(
      { storagePool: 'default' },
      'Configuration',
      /^STORAGE_POOL: datacenter1\/datastore\/default is not in/,
    );
    await checkRefuses(
      { resourcePool: 'datacenter1/host/none' },
      'Configuration',
      /^VCENTER_RESOURCE_POOL: /,
    );
    await checkRefuses(withOptions('folder=datacenter1/vm/none'), 'Configuration', /^IAAS: folder: /);
  });

  test('a template without a resource pool is refused', async () => {
    await checkRefuses(
      { ...template('origin-marked'), resourcePool: undefined },
      'Configuration',
      /^VCENTER_RESOURCE_POOL: is required/,
    );
  });

  test('an origin without a SCSI controller is refused', async () => {
    await checkRefuses(template('origin-without-scsi'), 'Configuration', /the origin has no SCSI controller/);
    await checkRefuses(template('origin-on-lsi-sas'), 'Configuration', /add one, VMware Paravirtual or LSI/);
  });

  test("an origin with another disk at the data disk's place is refused", async () => {
    await checkRefuses(
      template('origin-with-two-disks'),
      'Configuration',
      /the origin has .+ at SCSI\(0:1\), where guests expect their data disk/,
    );
  });

  test('an origin without a snapshot is refused where clones must be linked', async () => {
    await checkRefuses(
      { ...template('origin-without-snapshot'), ...withOptions('clone=linked') },
      'Configuration',
      /the origin has no snapshot to link to/,
    );
  });

  test('a disk larger than the datastore is refused', async () => {
    await vcenter.simulator.setFreeSpace(4);
    await refuses(
      {},
      'InsufficientCapacity',
      /^no room for another \d+ MiB of memory and 13 GiB of disk: cluster1 with datastore1 has /,
    );
    await vcenter.simulator.setFreeSpace(12);
    await refuses(withOptions('clone=full'), 'InsufficientCapacity', /and 13 GiB of disk:/);
    // A linked clone may eventually write its whole system disk.
    await refuses({}, 'InsufficientCapacity', /and 13 GiB of disk:/);
  });

  test('the name of a foreign machine is refused, and that machine stays', async () => {
    const changes = { machinePrefix: 'origin', ...template('cornac--origin') };
    const provider = vcenter.open(changes);
    const taken = { ...spec, name: 'origin-without-nic' };
    await assert.rejects(provider.ensureMachine(taken, noProgress()), { code: 'Conflict' });
    assert.equal(await provider.findMachine(taken.name), undefined);
    await assert.rejects(provider.startMachine(taken.name, noProgress()), { code: 'MachineNotFound' });
    await provider.stopMachine(taken.name, noProgress());
    await provider.destroyMachine({ name: taken.name }, noProgress());
    assert.deepEqual(await provider.listMachines(), []);
    const { machines, calls } = await vcenter.simulator.state();
    assert.ok(
      machines.some(({ name }) => name === taken.name),
      'what is not ours is not destroyed',
    );
    assert.equal(calls.CloneVM_Task, undefined);
  });

  test('machine names with another form or prefix are refused', async () => {
    const provider = vcenter.open({});
    for (const name of ['cornac-_', 'other-a', `cornac-${'x'.repeat(57)}`]) {
      await assert.rejects(provider.ensureMachine({ ...spec, name }, noProgress()), {
        code: 'Configuration',
      });
      await assert.rejects(provider.destroyMachine({ name }, noProgress()), { code: 'Configuration' });
    }
  });

  test('an origin without PostgreSQL versions is refused, unless IAAS names them', async () => {
    const untold = template('origin-untold');
    await assert.rejects(vcenter.open(untold).listEngineVersions(), {
      code: 'Configuration',
      message: /engine_versions=15\.14/,
    });
    await assert.rejects(vcenter.open(untold).check(), { code: 'Configuration' });
    const told = vcenter.open({ ...untold, ...withOptions('engine_versions=13.22,16.10') });
    assert.deepEqual(await told.listEngineVersions(), ['13.22', '16.10']);
    assert.deepEqual(await vcenter.open(template('origin-marked')).listEngineVersions(), ['15.14', '17.6']);
  });

  test('a wrong password is an error that does not show it', async () => {
    const wrong = vcenter.simulator.iaas().replace(/:[^:@]*@/, ':C0nf-canary@');
    await assert.rejects(vcenter.open({ iaas: wrong }).check(), (error) => {
      assert.ok(error instanceof Error);
      assert.equal((error as { code?: unknown }).code, 'Unauthorized');
      assert.doesNotMatch(JSON.stringify([error, error.message, error.stack, error.cause]), /canary/);
      return true;
    });
  });

  test('an unknown certificate is an error that names the remedy', async () => {
    const provider = vcenter.open({ iaas: vcenter.simulator.iaas('') });
    await assert.rejects(provider.check(), { code: 'Configuration', message: /ca=FILE.*thumbprint=/ });
  });

  test('no_verify=1 causes a warning', () => {
    const warnings: string[] = [];
    vcenter.open({ iaas: vcenter.simulator.iaas('no_verify=1'), warn: (message) => warnings.push(message) });
    vcenter.open({ warn: (message) => warnings.push(message) });
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]), /^IAAS: no_verify=1 checks no certificate: /);
  });

  test('an unreachable vCenter is a retryable error', async () => {
    const provider = vcenter.open({ iaas: 'vcenter+https://u:p@127.0.0.1:1/' });
    await assert.rejects(provider.check(), { code: 'Unavailable', retryable: true });
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});
