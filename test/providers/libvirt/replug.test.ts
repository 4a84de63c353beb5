import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { readCard } from '../../../src/providers/libvirt/card.ts';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { findOwnDomain } from '../../../src/providers/libvirt/machine.ts';
import { readNetwork } from '../../../src/providers/libvirt/network-xml.ts';
import { ensurePlugged, planCard } from '../../../src/providers/libvirt/plug.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const spec = { name: 'cornac-a', owner: 'db-A', cpus: 1, memoryMiB: 128, diskGiB: 1 };

describe('the card of a machine after a change of settings or of Cornac’s version', needsLibvirt, () => {
  let world: LibvirtWorld;
  let host: Host;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    host = createHost(parseLibvirtUri('libvirt'), world.settings);
  });
  afterEach(() => world.provider.destroyMachine(spec, noProgress()));
  after(async () => {
    host?.close();
    await world?.remove();
  });

  const dhcp = async (...view: string[]) =>
    readNetwork(await virsh('net-dumpxml', world.settings.network, ...view)).dhcp ?? assert.fail('no DHCP');
  const found = async () => (await findOwnDomain(host, spec.name)) ?? assert.fail('no machine');
  const define = (xml: string) => virshXml('define', xml);

  test('gets the address that DATABASE_URL names now, in place of the reserved one', async () => {
    const { gateway } = await dhcp();
    const second = gateway.replace(/1$/, '7');
    const before = await planCard(host, { ...spec, address: gateway.replace(/1$/, '6') });
    const card = await planCard(host, { ...spec, address: second });
    assert.equal(card.filter?.parameters.IP, second);
    for (const view of [[], ['--inactive']]) {
      const { hosts, dns } = await dhcp(...view);
      assert.deepEqual(hosts, [{ mac: before.mac, ip: second, name: spec.name }]);
      assert.deepEqual(dns, [{ ip: second, names: [spec.name] }]);
    }
    assert.equal((await planCard(host, spec)).filter?.parameters.IP, second, 'and keeps it');
  });

  test('fails with the setting or the machine that names a missing network', async (t) => {
    const other = createHost(parseLibvirtUri('libvirt'), { ...world.settings, network: 'nowhere' });
    t.after(() => other.close());
    await assert.rejects(planCard(other, spec), { message: /no network nowhere: .* in NETWORK$/ });
    await assert.rejects(planCard(host, { ...spec, network: 'nowhere' }), {
      message: /no network nowhere: .* in INVENTORY_NETWORK$/,
    });
    await world.provider.ensureMachine(spec, noProgress());
    const { definition, ...own } = await found();
    const lost = {
      ...own,
      definition: definition.replace(`network='${world.settings.network}'`, "network='gone'"),
    };
    await assert.rejects(ensurePlugged(host, lost), {
      code: 'Configuration',
      message:
        /no network gone, to which the card of cornac-a is attached: .*net-define.*virsh edit cornac-a/,
    });
  });

  test('gets the filter of this version, and the filter of another version stays', async () => {
    const rule = `<rule action='drop' direction='out' priority='-960'><ip protocol='udp' srcportstart='4711'/></rule>`;
    await virshXml(
      'nwfilter-define',
      `<filter name='cornac-machine' chain='root'>
      <uuid>4c1f62f2-9f0c-4b6f-9a55-0c0a0cc0ac01</uuid>${rule}<filterref filter='clean-traffic'/></filter>`,
    );
    const theirs = await virsh('nwfilter-dumpxml', 'cornac-machine');
    await world.provider.ensureMachine(spec, noProgress());
    const { filter } = readCard((await found()).definition);
    await define(
      (await virsh('dumpxml', '--inactive', spec.name)).replace(`'${filter?.name}'`, `'cornac-machine'`),
    );
    assert.equal(readCard((await found()).definition).filter?.name, 'cornac-machine');
    await ensurePlugged(host, await found());
    assert.equal(await virsh('nwfilter-dumpxml', 'cornac-machine'), theirs);
    const after = readCard((await found()).definition);
    assert.match(after.filter?.name ?? '', /^cornac-machine-[0-9a-f]{8}$/);
    assert.deepEqual(after.filter?.parameters, filter?.parameters);
    await virsh('nwfilter-undefine', 'cornac-machine');
  });
});
