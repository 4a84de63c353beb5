import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createHost, type Host } from '../../../src/providers/libvirt/host.ts';
import { findOwnDomain } from '../../../src/providers/libvirt/machine.ts';
import { readNetwork } from '../../../src/providers/libvirt/network-xml.ts';
import { ensurePlugged } from '../../../src/providers/libvirt/plug.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { noProgress } from '../../../src/providers/provider.ts';
import { defineOlderMachine, OLDER_MAC } from '../../support/libvirt/older-machine.ts';
import { needsLibvirt, virsh } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

const MACHINE = 'cornac-a';

/** Entries that an administrator has made in the network for the address or the card of an existing machine. */
describe(
  'an entry in the network that Cornac did not make and that conflicts with a machine',
  needsLibvirt,
  () => {
    let world: LibvirtWorld;
    let host: Host;
    let network: string;
    let address: string;
    before(async () => {
      world = await makeLibvirtWorld();
      await world.makeEmptyOrigin();
      network = world.settings.network;
      host = createHost(parseLibvirtUri('libvirt'), world.settings);
      address = (await dhcp()).gateway.replace(/1$/, '9');
    });
    beforeEach(() => defineOlderMachine(world.settings, MACHINE));
    afterEach(async () => {
      await world.provider.destroyMachine({ name: MACHINE }, noProgress());
      for (const view of [[], ['--inactive']]) {
        const { hosts, dns } = await dhcp(...view);
        assert.deepEqual([hosts, dns], [[], []], `nothing is left in the network (${view})`);
      }
    });
    after(async () => {
      host?.close();
      await world?.remove();
    });

    const dhcp = async (...view: string[]) =>
      readNetwork(await virsh('net-dumpxml', network, ...view)).dhcp ?? assert.fail('no DHCP');
    const plug = async () =>
      ensurePlugged(host, (await findOwnDomain(host, MACHINE)) ?? assert.fail('no machine'));
    const reserve = (xml: string) => net('add-last', 'ip-dhcp-host', xml);
    const net = (verb: 'add-last' | 'delete', section: 'ip-dhcp-host' | 'dns-host', xml: string) =>
      virsh('net-update', network, verb, section, xml, '--live', '--config');
    const refused = (entry: string) =>
      assert.rejects(plug(), {
        code: 'Conflict',
        message: new RegExp(
          `network ${network} on .* has the ${entry}, but machine cornac-a .*virsh net-update`,
        ),
      });
    const myDns = () => `<host ip='${address}'><hostname>mydb</hostname></host>`;

    test('a DNS entry for its address is a Conflict, and stays', async () => {
      const theirs = `<host mac='${OLDER_MAC}' name='mydb' ip='${address}'/>`;
      await reserve(theirs);
      await net('add-last', 'dns-host', myDns());
      await refused(`DNS entry mydb for ${address}`);
      assert.deepEqual((await dhcp()).dns, [{ ip: address, names: ['mydb'] }]);
      await net('delete', 'dns-host', myDns());
      assert.equal(await plug(), address);
      // Only Cornac's entries for the machine are removed with it.
      await world.provider.destroyMachine({ name: MACHINE }, noProgress());
      assert.deepEqual([(await dhcp()).hosts.length, (await dhcp()).dns], [1, []]);
      await net('delete', 'ip-dhcp-host', theirs);
    });

    test('a DNS entry for its leased address is a Conflict, and the machine keeps the address', async () => {
      const bridge = /<bridge name='(.*?)'/.exec(await virsh('net-dumpxml', network))?.[1];
      const leases = `/var/lib/libvirt/dnsmasq/${bridge}.status`;
      const end = Math.round(Date.now() / 1000) + 3600;
      const lease = { 'ip-address': address, 'mac-address': OLDER_MAC, 'expiry-time': end };
      await writeFile(leases, JSON.stringify([lease]));
      await net('add-last', 'dns-host', myDns());
      await refused(`DNS entry mydb for ${address}`);
      await net('delete', 'dns-host', myDns());
      assert.equal(await plug(), address);
      await rm(leases);
    });

    test('a DHCP entry for its address in the stored definition only is a Conflict', async () => {
      const kept = await plug();
      const own = `<host mac='${OLDER_MAC}' name='${MACHINE}' ip='${kept}'/>`;
      const theirs = `<host mac='52:54:00:00:00:01' name='mydb' ip='${kept}'/>`;
      await virsh('net-update', network, 'delete', 'ip-dhcp-host', own, '--config');
      await virsh('net-update', network, 'add-last', 'ip-dhcp-host', theirs, '--config');
      await refused(`DHCP entry 52:54:00:00:00:01 mydb ${kept}`);
      await virsh('net-update', network, 'delete', 'ip-dhcp-host', theirs, '--config');
      assert.equal(await plug(), kept);
    });
  },
);
