import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dhcpHostXml, dnsHostXml, readNetwork } from '../../../src/providers/libvirt/network-xml.ts';

function network(inside: string) {
  return readNetwork(`<network><name>n</name>${inside}</network>`);
}
const ip = `<ip address='10.0.0.1' netmask='255.255.240.0'><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>`;

test('libvirt gives the addresses where it has its own bridge and a DHCP server', () => {
  for (const forward of ['', '<forward/>', `<forward mode='route'/>`, `<forward mode='open'/>`]) {
    const { bridged, dhcp } = network(forward + ip);
    assert.ok(bridged, forward);
    assert.deepEqual([dhcp?.gateway, dhcp?.prefix], ['10.0.0.1', 20], forward);
    assert.deepEqual(dhcp?.ranges, [{ start: '10.0.0.2', end: '10.0.0.9' }]);
  }
  assert.equal(network(`<ip address='10.0.0.1' prefix='24'/>`).dhcp, undefined);
});

test('a bridge of the host takes filters and has other DHCP; other kinds of bridges take no filter', () => {
  const bridge = `<forward mode='bridge'/><bridge name='br0'/>`;
  assert.deepEqual(network(bridge), { bridged: true, dhcp: undefined });
  assert.equal(network(`${bridge}<virtualport type='openvswitch'/>`).bridged, false);
  assert.equal(network(`<forward mode='bridge'><interface dev='eth0'/></forward>`).bridged, false);
  assert.equal(network(`<forward mode='passthrough'><interface dev='eth0'/></forward>`).bridged, false);
});

test('the <ip> element with DHCP is found among others, with all reservations', () => {
  const { dhcp } = network(
    `<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><host id='1' name='x' ip='fd00::2'/></dhcp></ip>
     <ip address='10.9.0.1' prefix='24'/>
     <ip address='10.0.0.1' prefix='24'><dhcp><host mac='02:C0:AC:00:00:01' name='a' ip='10.0.0.5'/><host name='b'/></dhcp></ip>
     <dns><host ip='10.0.0.5'><hostname>a</hostname><hostname>alias</hostname></host></dns>`,
  );
  assert.equal(dhcp?.index, 2);
  assert.deepEqual(dhcp?.hosts, [
    { mac: '02:c0:ac:00:00:01', ip: '10.0.0.5', name: 'a' },
    { mac: undefined, ip: undefined, name: 'b' },
  ]);
  assert.deepEqual(dhcp?.dns, [{ ip: '10.0.0.5', names: ['a', 'alias'] }]);
  assert.equal(network(`<dns enable='no'/>${ip}`).dhcp?.dns, undefined);
});

test('a reservation is written in libvirt’s format', () => {
  const kept = { mac: '02:c0:ac:00:00:01', ip: '10.0.0.5', name: 'cornac-a' };
  assert.equal(dhcpHostXml(kept), '<host mac="02:c0:ac:00:00:01" name="cornac-a" ip="10.0.0.5"/>');
  assert.equal(dnsHostXml(kept), '<host ip="10.0.0.5"><hostname>cornac-a</hostname></host>');
});

test('the network of the appliance leases reserved addresses only', () => {
  const xml = readFileSync(new URL('../../../appliance/network.xml', import.meta.url), 'utf8');
  const { bridged, dhcp } = readNetwork(xml);
  assert.ok(bridged);
  assert.deepEqual(dhcp?.ranges, []);
  // Without an entry libvirt starts no DHCP server.
  assert.equal(dhcp?.hosts.length, 1);
});
