import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { macOf } from '../../../src/providers/libvirt/domain-xml.ts';
import { filterName, isCurrent } from '../../../src/providers/libvirt/filter-xml.ts';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { findOwnDomain } from '../../../src/providers/libvirt/machine.ts';
import { readNetwork } from '../../../src/providers/libvirt/network-xml.ts';
import { openNetwork } from '../../../src/providers/libvirt/networks.ts';
import { ensurePlugged, planCard } from '../../../src/providers/libvirt/plug.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { defineOlderMachine } from '../../support/libvirt/older-machine.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const run = promisify(execFile);
const spec = { name: 'cornac-a', owner: 'db-A', cpus: 1, memoryMiB: 128, diskGiB: 1 };

/** Machines that are defined and not started, because a network has the reservation before the first boot. */
describe('the reservation of a machine in a network', needsLibvirt, () => {
  let world: LibvirtWorld;
  let host: Host;
  let name: string;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    name = world.settings.network;
    host = createHost(parseLibvirtUri('libvirt'), world.settings);
  });
  after(async () => {
    host?.close();
    await world?.remove();
  });

  const dhcp = async (...view: string[]) => {
    const found = readNetwork(await virsh('net-dumpxml', name, ...view)).dhcp;
    return found ?? assert.fail('no DHCP');
  };
  const reservedFor = async (machine: string, ...view: string[]) =>
    (await dhcp(...view)).hosts.filter((one) => one.name === machine);
  const resolve = async (machine: string): Promise<string[]> => {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([(await dhcp()).gateway]);
    return resolver.resolve4(machine);
  };
  const assertNothingKept = async () => {
    for (const view of [[], ['--inactive']]) {
      assert.deepEqual(
        [(await dhcp(...view)).hosts, (await dhcp(...view)).dns],
        [[], []],
        `nothing is left in the network (${view})`,
      );
    }
  };
  const found = async () => (await findOwnDomain(host, spec.name)) ?? assert.fail('no machine');
  const destroy = (machine: { name: string; owner?: string }) =>
    world.provider.destroyMachine(machine, noProgress());

  test('has MAC address, IP address and name before the first boot, and ends with the machine', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    const [kept, ...others] = await reservedFor(spec.name);
    assert.ok(kept?.ip);
    assert.deepEqual(others, []);
    assert.deepEqual(await reservedFor(spec.name, '--inactive'), [kept]);
    assert.deepEqual(await resolve(spec.name), [kept.ip], 'no lease is needed for the name');
    const definition = await virsh('dumpxml', '--inactive', spec.name);
    assert.equal(macOf(definition), kept.mac);
    assert.match(definition, new RegExp(`<filterref filter='${filterName('machine')}'>`));
    assert.match(definition, new RegExp(`<parameter name='IP' value='${kept.ip}'/>`));
    assert.match(definition, /<parameter name='CTRL_IP_LEARNING' value='none'\/>/);
    assert.match(definition, /<port isolated='yes'\/>/);
    await destroy(spec);
    await destroy(spec);
    await assertNothingKept();
    await assert.rejects(resolve(spec.name));
  });

  test('is outside the DHCP range while an address there is free', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    const [kept] = await reservedFor(spec.name);
    const last = Number(kept?.ip?.split('.')[3]);
    assert.ok(last < 10 || last > 250, kept?.ip);
    await destroy(spec);
  });

  test('differs for concurrent machines, and is the same for attempts at one machine', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `cornac-m${index % 8}`);
    const cards = await Promise.all(names.map((one) => planCard(host, { ...spec, name: one })));
    assert.equal(new Set(cards.map(({ mac }) => mac)).size, 8);
    const { hosts, dns } = await dhcp('--inactive');
    assert.equal(hosts.length, 8);
    assert.equal(new Set(hosts.map(({ ip }) => ip)).size, 8);
    assert.equal(dns?.length, 8);
    for (const one of new Set(names)) await destroy({ name: one, owner: spec.owner });
    await assertNothingKept();
  });

  test('of a worker that died is used by the next attempt, or released by a delete', async () => {
    const card = await planCard(host, spec);
    await world.provider.ensureMachine(spec, noProgress());
    assert.equal(macOf(await virsh('dumpxml', spec.name)), card.mac);
    await destroy(spec);
    await planCard(host, spec);
    await destroy({ name: spec.name, owner: 'db-B' });
    assert.equal((await reservedFor(spec.name)).length, 1, 'it is none of another owner');
    await destroy(spec);
    await assertNothingKept();
  });

  test('of another owner that was never released is replaced', async () => {
    await planCard(host, { ...spec, owner: 'db-DEAD' });
    const card = await planCard(host, spec);
    const kept = await reservedFor(spec.name);
    assert.deepEqual(
      kept.map(({ mac }) => mac),
      [card.mac],
    );
    assert.deepEqual(await resolve(spec.name), [kept[0]?.ip]);
    await destroy(spec);
    await assertNothingKept();
  });

  test('conflicts with an administrator’s entry of the same name, which stays', async () => {
    const theirs = `<host mac='52:54:00:00:00:01' name='cornac-a' ip='${(await dhcp()).gateway.replace(/1$/, '5')}'/>`;
    await virsh('net-update', name, 'add-last', 'ip-dhcp-host', theirs, '--live', '--config');
    await assert.rejects(world.provider.ensureMachine(spec, noProgress()), {
      code: 'Conflict',
      message: new RegExp(`network ${name} .* entry cornac-a that Cornac may not remove`),
    });
    await destroy(spec);
    await destroy({ name: spec.name });
    assert.equal((await reservedFor(spec.name)).length, 1);
    await virsh('net-update', name, 'delete', 'ip-dhcp-host', theirs, '--live', '--config');
    await assertNothingKept();
  });

  test('is made for a machine of an older Cornac at its next start', async () => {
    await defineOlderMachine(world.settings, spec.name);
    const machine = await found();
    const address = await ensurePlugged(host, machine);
    assert.deepEqual(await reservedFor(spec.name, '--inactive'), [
      { mac: '52:54:00:12:34:56', ip: address, name: spec.name },
    ]);
    const definition = await virsh('dumpxml', '--inactive', spec.name);
    assert.match(definition, new RegExp(`filterref filter='${filterName('machine')}'`));
    assert.match(definition, /<model type='virtio'\/>/);
    assert.deepEqual(await resolve(spec.name), [address]);
    await virsh('undefine', spec.name);
    await defineOlderMachine(world.settings, spec.name);
    await destroy({ name: spec.name });
    await assertNothingKept();
  });

  test('is made again at the next start after the network was defined anew', async () => {
    const before = await virsh('net-dumpxml', '--inactive', name);
    await world.provider.ensureMachine(spec, noProgress());
    const kept = await reservedFor(spec.name);
    await virshXml('net-define', before);
    assert.deepEqual(await reservedFor(spec.name, '--inactive'), []);
    assert.equal(await ensurePlugged(host, await found()), kept[0]?.ip);
    assert.deepEqual(await reservedFor(spec.name, '--inactive'), kept);
    await destroy(spec);
    await assertNothingKept();
  });

  test('has the address that DATABASE_URL names, or fails with the reason', async () => {
    const address = (await dhcp()).gateway.replace(/1$/, '7');
    await planCard(host, { ...spec, address });
    assert.equal((await reservedFor(spec.name))[0]?.ip, address);
    await assert.rejects(planCard(host, { ...spec, name: 'cornac-b', address }), {
      code: 'Configuration',
      message: new RegExp(`${address} cannot be reserved in network ${name}`),
    });
    await destroy(spec);
  });

  test('fails where all addresses are taken', async () => {
    const small = `${name}s`;
    await virshXml(
      'net-define',
      `<network><name>${small}</name><bridge name='${small}'/><ip address='10.78.0.1' prefix='30'>
       <dhcp><range start='10.78.0.2' end='10.78.0.2'/></dhcp></ip></network>`,
    );
    await virsh('net-start', small);
    const place = { ...spec, network: small };
    await planCard(host, place);
    await assert.rejects(planCard(host, { ...place, name: 'cornac-b' }), {
      code: 'InsufficientCapacity',
      message: /has no free address/,
    });
    for (const verb of ['net-destroy', 'net-undefine']) await virsh(verb, small);
  });

  test('comes with the filter, which is defined again where it was changed', async () => {
    await planCard(host, spec);
    const defined = await virsh('nwfilter-dumpxml', filterName('machine'));
    assert.ok(isCurrent('machine', defined), defined);
    await virshXml('nwfilter-define', defined.replace(/<filterref.*\/>/, ''));
    await planCard(host, spec);
    assert.ok(isCurrent('machine', await virsh('nwfilter-dumpxml', filterName('machine'))));
    await destroy(spec);
  });

  test('is not made on a bridge of the host, where the card gets the filter bridged', async () => {
    const foreign = `${name}f`;
    await virshXml(
      'net-define',
      `<network><name>${foreign}</name><forward mode='bridge'/><bridge name='br-other'/></network>`,
    );
    const network = await openNetwork(host, foreign);
    assert.deepEqual([network.bridged, network.dhcp], [true, undefined]);
    const card = await planCard(host, { ...spec, network: foreign });
    assert.deepEqual(card.filter, { name: filterName('bridged'), parameters: {} });
    assert.ok(isCurrent('bridged', await virsh('nwfilter-dumpxml', filterName('bridged'))));
    await virsh('net-undefine', foreign);
  });

  test('comes with a card that is filtered and isolated in a running machine', async () => {
    await world.provider.ensureMachine(spec, noProgress());
    await virsh('start', '--paused', spec.name);
    const port =
      /<target dev='(vnet\d+)'/.exec(await virsh('dumpxml', spec.name))?.[1] ?? assert.fail('no port');
    assert.match((await run('bridge', ['-d', 'link', 'show', 'dev', port])).stdout, / isolated on /);
    const { stdout } = await run('ebtables', ['-t', 'nat', '-L', `libvirt-O-${port}`]);
    assert.match(stdout, /-p IPv4 --ip-proto tcp --ip-dport 22 -j DROP|--ip-dport 22.*DROP/);
    await destroy(spec);
  });

  test('comes with a bare card with filter=off and ISOLATE_MACHINES = false', async (t) => {
    const settings = { ...world.settings, isolate: false };
    const open = createHost(parseLibvirtUri('libvirt+qemu:///system?filter=off'), settings);
    t.after(() => open.close());
    const { filter, isolated } = await planCard(open, spec);
    assert.deepEqual([filter, isolated], [undefined, false]);
    await destroy(spec);
  });
});
