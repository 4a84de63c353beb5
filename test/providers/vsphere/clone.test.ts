import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type MachineSpec, noProgress } from '../../../src/providers/provider.ts';
import type { VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import type { SimulatedMachine } from '../../support/vsphere/simulator.ts';
import { useSimulator } from '../../support/vsphere/use-simulator.ts';

suite('a clone', { skip: skipWithoutGo }, () => {
  const vcenter = useSimulator();

  const spec = (name: string): MachineSpec => ({
    name: `cornac-${name}`,
    cpus: 3,
    memoryMiB: 1536,
    diskGiB: 5,
  });

  async function make(wanted: MachineSpec, changes: Partial<VsphereOptions> = {}): Promise<SimulatedMachine> {
    const provider = vcenter.open(changes);
    const machine = await provider.ensureMachine(wanted, noProgress());
    assert.deepEqual(machine, { name: wanted.name, state: 'stopped', diskGiB: wanted.diskGiB });
    const { machines } = await vcenter.simulator.state();
    const made = machines.find(({ name }) => name === wanted.name);
    assert.ok(made);
    return made;
  }

  const cloneOf = async (name: string) =>
    (await vcenter.simulator.state()).clones?.find((clone) => clone.name === name);
  const template = (name: string) => ({ machineOrigin: `datacenter1/vm/templates/${name}` });
  const withOptions = (options: string) => ({
    iaas: vcenter.simulator.iaas(`ca=${vcenter.simulator.caFile}&${options}`),
  });

  test('a clone is linked to the snapshot, sized, and has a data disk and a network', async () => {
    const made = await make(spec('linked'));
    const { cpus, memoryMiB, disksGiB, networks, power, folder } = made;
    assert.deepEqual(
      { cpus, memoryMiB, disksGiB, networks, power, folder },
      {
        cpus: 3,
        memoryMiB: 1536,
        disksGiB: [8, 5],
        networks: ['VM Network'],
        power: 'poweredOff',
        folder: 'templates',
      },
    );
    const clone = await cloneOf(made.name);
    assert.equal(clone?.diskMoveType, 'createNewChildDiskBacking');
    assert.match(String(clone?.snapshot), /^snapshot-/);
  });

  test('a clone of a template is linked', async () => {
    await make(spec('marked'), template('origin-marked'));
    assert.equal((await cloneOf('cornac-marked'))?.diskMoveType, 'createNewChildDiskBacking');
  });

  test('a clone is a full copy without a snapshot, or with clone=full', async () => {
    await make(spec('full'), template('origin-without-snapshot'));
    await make(spec('full-too'), withOptions('clone=full'));
    for (const name of ['cornac-full', 'cornac-full-too']) {
      const clone = await cloneOf(name);
      assert.equal(clone?.snapshot, '');
      assert.equal(clone?.diskMoveType, 'moveAllDiskBackingsAndDisallowSharing');
    }
  });

  test('a clone gets a network card where the origin has none', async () => {
    assert.deepEqual((await make(spec('card'), template('origin-without-nic'))).networks, ['VM Network']);
  });

  test('a clone is plugged into the network of its own specification', async () => {
    const network = 'datacenter1/network/database-net';
    assert.deepEqual((await make({ ...spec('inventory'), network })).networks, ['database-net']);
  });

  test('a clone keeps further network cards of the origin', async () => {
    const network = 'datacenter1/network/database-net';
    const made = await make(spec('cards'), { ...template('origin-with-two-nics'), network });
    assert.deepEqual([...made.networks].sort(), ['VM Network', 'database-net']);
  });

  test('a clone is plugged into a distributed port group', async () => {
    const { networks } = await make(spec('distributed'), { network: 'datacenter1/network/database-net' });
    assert.deepEqual(networks, ['database-net']);
  });

  test("names without a path are looked up in the origin's datacenter", async () => {
    const made = await make(spec('names'), { network: 'database-net', storagePool: 'datastore1' });
    assert.deepEqual(made.networks, ['database-net']);
  });

  test('a clone is made in the folder of IAAS', async () => {
    const made = await make(spec('folder'), withOptions('folder=datacenter1/vm/databases'));
    assert.equal(made.folder, 'databases');
  });

  test('a clone gets the extraConfig of IAAS and the keys of DEPLOY_KEY', async () => {
    const { extraConfig } = await make(spec('notes'), {
      ...withOptions('extraConfig=sched.swap.x%3Dy'),
      deployKeys: ['ssh-ed25519 AAAA me@here', 'ssh-rsa BBBB'],
    });
    assert.equal(extraConfig['sched.swap.x'], 'y');
    assert.equal(extraConfig['disk.EnableUUID'], 'TRUE');
    assert.match(extraConfig['cornac.origin_disks'] ?? '', /^\d+:\d+$/);
    assert.equal(extraConfig['guestinfo.cornac.machine'], 'cornac-notes');
    assert.equal(extraConfig['guestinfo.cornac.deploy_keys'], 'ssh-ed25519 AAAA;ssh-rsa BBBB');
  });

  test('a requested address without a netmask is refused', async () => {
    const wanted = { ...spec('fixed'), address: '127.77.9.9' };
    await assert.rejects(vcenter.open().ensureMachine(wanted, noProgress()), {
      code: 'Configuration',
      message: /netmask=/,
    });
    await make(wanted, withOptions('netmask=255.255.255.0&gateway=127.77.9.1&dns=127.77.9.2'));
  });

  test('an existing machine is not cloned again', async () => {
    const { CloneVM_Task: before, CustomizeVM_Task: customized } = (await vcenter.simulator.state()).calls;
    await make(spec('linked'));
    const { calls } = await vcenter.simulator.state();
    assert.deepEqual([calls.CloneVM_Task, calls.CustomizeVM_Task], [before, customized]);
  });

  test('a real vCenter would refuse none of the calls', async () => {
    assert.equal((await vcenter.simulator.state()).violations, null);
  });
});
