import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAddress } from '../../../src/providers/libvirt/address.ts';
import type { Host } from '../../../src/providers/libvirt/host.ts';
import * as procedures from '../../../src/providers/libvirt/rpc/procedures.ts';

const MAC = '02:c0:ac:00:00:01';
const domain = { name: 'cornac-a', uuid: Buffer.alloc(16), id: 1 };
const definition = `<domain><devices><interface type='network'><mac address='${MAC}'/><source network='n'/>
  </interface></devices></domain>`;
const bridge = `<network><name>n</name><forward mode='bridge'/><bridge name='br0'/></network>`;
const own = `<network><name>n</name><ip address='10.0.0.1' prefix='24'><dhcp>
  <host mac='${MAC}' name='cornac-a' ip='10.0.0.2'/></dhcp></ip></network>`;

/** A libvirt whose machine has an agent that reports the address 10.0.0.3. */
function hostOf(network: string) {
  const answers = new Map<unknown, unknown>([
    [procedures.networkIsActive, { active: 1 }],
    [procedures.networkGetXmlDesc, { xml: network }],
    [
      procedures.domainInterfaceAddresses,
      { ifaces: [{ name: 'eth0', hwaddr: MAC, addrs: [{ type: 0, addr: '10.0.0.3', prefix: 24 }] }] },
    ],
  ]);
  return {
    findNetwork: async () => ({ name: 'n' }),
    network: async () => ({ name: 'n' }),
    call: async (procedure: unknown) => answers.get(procedure),
  } as unknown as Host;
}

test('an address counts as given if it is from libvirt or the DNS, and not if the guest reports it', async () => {
  const find = (network: string, dns?: string) => findAddress(hostOf(network), domain, definition, dns);
  assert.deepEqual(await find(own), { address: '10.0.0.2', hasGivenAddress: true });
  assert.deepEqual(await find(bridge), { address: '10.0.0.3', hasGivenAddress: false });
  assert.deepEqual(await find(bridge, '.virt'), { address: 'cornac-a.virt', hasGivenAddress: true });
});
