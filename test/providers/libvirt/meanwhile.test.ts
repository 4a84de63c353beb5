import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { after, afterEach, before, describe, type TestContext, test } from 'node:test';
import { createHost } from '../../../src/providers/libvirt/host.ts';
import { createLibvirtProvider } from '../../../src/providers/libvirt/libvirt.ts';
import { findOwnDomain } from '../../../src/providers/libvirt/machine.ts';
import { readNetwork } from '../../../src/providers/libvirt/network-xml.ts';
import { ensurePlugged } from '../../../src/providers/libvirt/plug.ts';
import * as procedures from '../../../src/providers/libvirt/rpc/procedures.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { type Happening, startBetween } from '../../support/libvirt/between.ts';
import { defineOlderMachine } from '../../support/libvirt/older-machine.ts';
import { needsLibvirt, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-a', owner: 'db-A', cpus: 1, memoryMiB: 128, diskGiB: 1 };
const other = { ...spec, name: 'cornac-b' };

describe('changes between two calls to libvirt', needsLibvirt, () => {
  let world: LibvirtWorld;
  /** The domains before the tests: the origin of this test and the origin of virtual machines. */
  let domains: string[];
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    domains = await world.domains();
  });
  after(() => world?.remove());
  afterEach(async () => {
    for (const machine of [spec, other]) await destroy(machine);
    assert.deepEqual(await world.domains(), domains);
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
    await assertNothingKept();
  });

  const assertNothingKept = async () => {
    for (const view of [[], ['--inactive']]) {
      const kept = readNetwork(await virsh('net-dumpxml', world.settings.network, ...view)).dhcp;
      assert.deepEqual([kept?.hosts, kept?.dns], [[], []], `the network keeps nothing (${view})`);
    }
  };

  const destroy = (machine: { name: string; owner?: string }) =>
    world.provider.destroyMachine(machine, noProgress());
  const open = async (t: TestContext, ...happenings: Happening[]) => {
    const socket = await startBetween(t, ...happenings);
    const provider = createLibvirtProvider({
      ...world.settings,
      iaas: [`libvirt+qemu:///system?name=kvm1&socket=${socket}`],
    });
    t.after(() => provider.close());
    return provider;
  };
  const pool = () => world.settings.pool;

  test('a start of a machine that was just deleted fails, reserves nothing, and does not bring it back', async (t) => {
    await world.provider.ensureMachine(spec, noProgress());
    // At this call the worker has found the machine, and looks at its network.
    const late = await open(t, [procedures.networkLookupByName, () => destroy(spec)]);
    await assert.rejects(late.startMachine(spec.name, noProgress()), { code: 'MachineNotFound' });
    await assertNothingKept();
  });

  test('a start of a machine that is deleted before its card is guarded does not bring it back', async (t) => {
    await world.provider.ensureMachine(spec, noProgress());
    const { iaas: _, ...settings } = world.settings;
    const socket = await startBetween(
      t,
      [procedures.domainUpdateDeviceFlags, () => destroy(spec)],
      [procedures.domainDefineXmlFlags, () => destroy(spec)],
    );
    const unfiltered = createLibvirtProvider({
      ...settings,
      iaas: [`libvirt+qemu:///system?filter=off&socket=${socket}`],
    });
    t.after(() => unfiltered.close());
    await assert.rejects(unfiltered.startMachine(spec.name, noProgress()), { code: 'MachineNotFound' });
  });

  test('a machine of an older Cornac that is deleted during its start leaves nothing', async (t) => {
    const older = { name: 'cornac-a' };
    await defineOlderMachine(world.settings, older.name);
    const late = await open(t, [procedures.networkLookupByName, () => destroy(older)]);
    await assert.rejects(late.startMachine(older.name, noProgress()), { code: 'MachineNotFound' });
    await defineOlderMachine(world.settings, older.name);
    const host = createHost(parseLibvirtUri('libvirt'), world.settings);
    t.after(() => host.close());
    const plug = async () => ensurePlugged(host, (await findOwnDomain(host, older.name)) ?? assert.fail());
    const deleting = await open(t, [procedures.domainUndefineFlags, plug]);
    await deleting.destroyMachine(older, noProgress());
  });

  test('a machine that is deleted during a look is left out, and others are listed', async (t) => {
    for (const machine of [spec, other]) await world.provider.ensureMachine(machine, noProgress());
    const lists = await open(t, [procedures.domainGetState, () => destroy(other)]);
    assert.deepEqual(
      (await lists.listMachines()).map(({ name }) => name),
      [spec.name],
    );
    const finds = await open(t, [procedures.domainGetState, () => destroy(spec)]);
    assert.equal(await finds.findMachine(spec.name), undefined);
    await world.provider.ensureMachine(spec, noProgress());
    const looks = await open(t, [procedures.domainGetState, () => destroy(spec)]);
    assert.equal(await looks.lookAtMachine(spec.name), undefined);
  });

  test('a delete that fails between two disks finds them again, in any pool', async (t) => {
    await world.provider.ensureMachine(spec, noProgress());
    const elsewhere = { ...world.settings, pool: 'default' };
    const socket = await startBetween(t, [procedures.volumeDelete, () => Promise.reject(new Error('cut'))]);
    const cut = createLibvirtProvider({ ...elsewhere, iaas: [`libvirt+qemu:///system?socket=${socket}`] });
    t.after(() => cut.close());
    await assert.rejects(cut.destroyMachine(spec, noProgress()), { code: 'Unavailable' });
    await cut.destroyMachine(spec, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  test('a delete fails as Unavailable while the pool of the disks is not active', async (t) => {
    await world.provider.ensureMachine(spec, noProgress());
    const elsewhere = await world.open({ pool: 'default' });
    t.after(() => elsewhere.close());
    await virsh('pool-destroy', pool());
    await assert.rejects(elsewhere.destroyMachine(spec, noProgress()), {
      code: 'Unavailable',
      message: new RegExp(`pool ${pool()} .* not active, .*cornac-a: virsh pool-start ${pool()}`),
    });
    await virsh('pool-start', pool());
    await elsewhere.destroyMachine(spec, noProgress());
    assert.deepEqual(await world.volumes(), ['origin.qcow2']);
  });

  describe('a pool whose file system becomes unreachable', () => {
    const path = () => `/var/lib/libvirt/${pool()}`;
    const away = () => rename(path(), `${path()}.away`);
    const back = () => rename(`${path()}.away`, path());
    /** Restores the pool, whatever a test has left. */
    const restore = async () => {
      await back().catch(() => {});
      await virsh('pool-start', pool()).catch(() => {});
    };
    const isActive = async () => /State:\s+running/.test(await virsh('pool-info', pool()));

    test('for a moment stays active', async (t) => {
      t.after(restore);
      const provider = await open(t, [procedures.poolRefresh, away], [procedures.poolCreate, back]);
      const [room] = await provider.lookForRoom(spec.name);
      assert.ok(room && 'begun' in room, JSON.stringify(room));
      assert.ok(room.diskGiB.total > 0);
      assert.ok(await isActive());
    });

    test('for longer is reported, and started again at the next look', async (t) => {
      t.after(restore);
      const provider = await open(t, [procedures.poolRefresh, away]);
      for (const look of ['first', 'second']) {
        const [room] = await provider.lookForRoom(spec.name);
        assert.ok(room && 'unreachable' in room, look);
        assert.match(
          room.unreachable.message,
          new RegExp(`pool ${pool()} on kvm1 .* virsh pool-start ${pool()}`),
        );
        assert.equal(room.unreachable.code, 'Unavailable');
      }
      await back();
      await provider.lookForRoom(spec.name);
      assert.ok(await isActive());
    });

    test('and that a person has started stays stopped when the person stops it again', async (t) => {
      t.after(restore);
      const provider = await open(t, [procedures.poolRefresh, away]);
      await provider.lookForRoom(spec.name);
      await back();
      await virsh('pool-start', pool());
      await provider.lookForRoom(spec.name);
      await virsh('pool-destroy', pool());
      await provider.lookForRoom(spec.name);
      assert.ok(!(await isActive()));
      await restore();
    });

    test('does not matter where a person has stopped the pool: it stays stopped', async (t) => {
      t.after(restore);
      const provider = await open(t);
      await virsh('pool-destroy', pool());
      const [room] = await provider.lookForRoom(spec.name);
      assert.ok(room && 'unreachable' in room);
      assert.ok(!(await isActive()));
      await restore();
    });
  });
});
