import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  checkAcceleration,
  checkVersion,
  createLibvirtChecker,
} from '../../../src/providers/libvirt/checker.ts';
import type { LibvirtSettings } from '../../../src/providers/libvirt/libvirt.ts';
import { resultsOf, wrongOf } from '../../support/check-results.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

describe('the check of libvirt before the first clone', needsLibvirt, () => {
  let world: LibvirtWorld;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
  });
  after(() => world?.remove());

  const look = (changes: Partial<LibvirtSettings> = {}) =>
    resultsOf(createLibvirtChecker({ ...world.settings, ...changes }));

  test('reports right settings as right, and changes nothing', async () => {
    const before = [await world.domains(), await world.volumes()];
    const results = await look();
    assert.deepEqual(wrongOf(results), []);
    const states = new Map(results.map(({ what, state }) => [what, state]));
    for (const what of [
      'libvirt',
      'STORAGE_POOL',
      'network filters',
      'MACHINE_ORIGIN',
      'PostgreSQL',
      'room',
    ]) {
      assert.equal(states.get(what), 'right', what);
    }
    assert.equal(states.get('KVM'), 'unknown', 'the origin is emulated');
    assert.deepEqual([await world.domains(), await world.volumes()], before);
  });

  test('reports all wrong settings in one run, each with what to do', async () => {
    await virshXml('net-define', `<network><name>asleep</name></network>`);
    const told = wrongOf(
      await look({ pool: 'nowhere', network: 'asleep', inventoryNetwork: 'nor', origin: 'none' }),
    );
    await virsh('net-undefine', 'asleep');
    const expected = [
      /^STORAGE_POOL: .*no storage pool nowhere: create it/,
      /^NETWORK: .*virsh net-start asleep/,
      /^INVENTORY_NETWORK: .*no network nor: create it/,
      /^MACHINE_ORIGIN: .*no domain none: create it with appliance\/build-origin/,
    ];
    assert.equal(told.length, expected.length, told.join('\n'));
    for (const [index, each] of expected.entries()) assert.match(String(told[index]), each);
  });

  test('names a host that does not answer, and checks the other hosts', async () => {
    const results = await look({ iaas: ['libvirt+qemu:///system?socket=/none&name=kvm2', 'libvirt'] });
    assert.match(String(wrongOf(results)), /^libvirt: .*kvm2/);
    assert.ok(results.some(({ what, state }) => what === 'MACHINE_ORIGIN' && state === 'right'));
  });
});

test('a libvirt that is too old is wrong, and named with its version', () => {
  assert.equal(checkVersion('kvm1', 6_008_000).state, 'right');
  const old = checkVersion('kvm1', 6_007_002);
  assert.deepEqual([old.state, old.found], ['wrong', '6.7.2 answers on kvm1, which is too old']);
});

test('KVM is right for an origin of type kvm, and unknown for one of type qemu', () => {
  assert.equal(checkAcceleration(`<domain type='kvm'><name>o</name></domain>`).state, 'right');
  const emulated = checkAcceleration(`<domain type='qemu'><name>o</name></domain>`);
  assert.deepEqual([emulated.state, /\/dev\/kvm/.test(String(emulated.next))], ['unknown', true]);
});
