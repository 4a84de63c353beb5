import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAddress } from '../../../src/providers/libvirt/choose-address.ts';
import { subnetOf, toAddress, toNumber } from '../../../src/providers/libvirt/ipv4.ts';
import { isOwnMac, macAddresses } from '../../../src/providers/libvirt/mac-address.ts';

const none: ReadonlySet<string> = new Set();

test('addresses outside the ranges are chosen first, addresses inside when no other is free', () => {
  const network = { gateway: '10.0.0.1', prefix: 29, ranges: [{ start: '10.0.0.2', end: '10.0.0.4' }] };
  const taken = new Set<string>();
  const order: string[] = [];
  for (;;) {
    const address = chooseAddress(network, taken, 0);
    if (address === undefined) break;
    taken.add(address);
    order.push(address);
  }
  assert.deepEqual(order.slice(0, 2).sort(), ['10.0.0.5', '10.0.0.6']);
  assert.deepEqual(order.slice(2).sort(), ['10.0.0.2', '10.0.0.3', '10.0.0.4']);
});

test('neither the gateway nor the first nor the last address is chosen', () => {
  const network = { gateway: '10.0.0.2', prefix: 30, ranges: [] };
  for (let seed = 0; seed < 8; seed += 1) assert.equal(chooseAddress(network, none, seed), '10.0.0.1');
  assert.equal(chooseAddress({ ...network, prefix: 31 }, none, 0), undefined);
  assert.equal(chooseAddress({ ...network, prefix: 32 }, none, 0), undefined);
});

test('four seeds in an empty network choose four addresses', () => {
  const network = { gateway: '192.168.152.1', prefix: 24, ranges: [] };
  const found = [1, 2, 100, 0xffffff].map((seed) => chooseAddress(network, none, seed));
  assert.equal(new Set(found).size, 4);
});

test('an address of a network with sixteen million addresses is found', () => {
  const network = { gateway: '10.0.0.1', prefix: 8, ranges: [{ start: '10.0.0.2', end: '10.255.255.254' }] };
  assert.ok(chooseAddress(network, none, 0xffffff)?.startsWith('10.'));
});

test('addresses above 127.255.255.255 convert to numbers and back', () => {
  for (const address of ['0.0.0.0', '192.168.152.1', '255.255.255.255']) {
    assert.equal(toAddress(toNumber(address)), address);
  }
  const { first, last, mask } = subnetOf('192.168.152.77', 20);
  assert.deepEqual(
    [toAddress(first), toAddress(last), mask],
    ['192.168.144.0', '192.168.159.255', '255.255.240.0'],
  );
});

test('MAC addresses are derived from name and owner, with Cornac’s own prefix', () => {
  const [first, ...others] = macAddresses({ name: 'cornac-a', owner: 'db-A' });
  assert.match(first ?? '', /^02:c0:ac(:[0-9a-f]{2}){3}$/);
  assert.equal(new Set([first, ...others]).size, 16);
  assert.deepEqual(macAddresses({ name: 'cornac-a', owner: 'db-A' })[0], first);
  assert.notEqual(macAddresses({ name: 'cornac-a', owner: 'db-B' })[0], first);
  assert.ok(isOwnMac(first?.toUpperCase()));
  assert.ok(!isOwnMac('52:54:00:c0:ac:01') && !isOwnMac(undefined));
});
