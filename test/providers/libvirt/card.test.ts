import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  cardXml,
  type Guards,
  guardedCard,
  isGuarded,
  readCard,
} from '../../../src/providers/libvirt/card.ts';
import { filterName, filterXml, isCurrent } from '../../../src/providers/libvirt/filter-xml.ts';
import { find, findAll, parseXml } from '../../../src/providers/libvirt/xml.ts';

const definition = `<domain><name>cornac-a</name><devices><disk type='file'/>
  <interface type='network'><mac address='52:54:00:AA:00:01'/><source network='n'/><model type='e1000'/>
    <filterref filter='clean-traffic'/><address type='pci' slot='0x03'/></interface>
  <interface type='bridge'><mac address='52:54:00:aa:00:02'/><source bridge='br0'/></interface></devices></domain>`;
const guards = { filter: { name: 'cornac-machine', parameters: { IP: '10.0.0.5' } }, isolated: true };

function guarded(to: Guards) {
  return `<domain><devices>${guardedCard(definition, to)}</devices></domain>`;
}

test('the guards of a card are replaced, and the rest of the card stays', () => {
  const changed = guarded(guards);
  assert.deepEqual(readCard(changed), { mac: '52:54:00:aa:00:01', network: 'n', ...guards });
  const card = find(parseXml(changed), 'devices', 'interface');
  assert.deepEqual(
    card?.children.map(({ name }) => name),
    ['mac', 'source', 'model', 'address', 'filterref', 'port'],
  );
  assert.equal(find(card, 'model')?.attributes.type, 'e1000');
});

// vagrant-libvirt, issue 1097: with another PCI address the guest's card has another name, and no network.
test('a virtio card of a clone keeps the PCI address of its origin’s card, another card only the model', () => {
  const made = (xml: string) =>
    cardXml(find(parseXml(xml), 'devices', 'interface'), {
      ...{ mac: '02:c0:ac:00:00:01', network: 'own', isolated: false },
    }).children.map(({ name, attributes }) => [name, Object.values(attributes).join()]);
  const own = [
    ['mac', '02:c0:ac:00:00:01'],
    ['source', 'own'],
  ];
  assert.deepEqual(made(definition), [...own, ['model', 'e1000']]);
  assert.deepEqual(made(definition.replace('e1000', 'virtio')), [
    ...own,
    ['model', 'virtio'],
    ['address', 'pci,0x03'],
  ]);
});

test('a virtio card behind a PCI bridge of its origin loses its address, one on a root bus or a root port keeps it', () => {
  const keeps = (place: string) => {
    const origin = parseXml(`<interface><model type='virtio'/><address type='pci' ${place}/></interface>`);
    const card = cardXml(origin, { mac: '02:c0:ac:00:00:01', network: 'own', isolated: false });
    return find(card, 'address') !== undefined;
  };
  assert.ok(keeps(`domain='0x0000' bus='0x00' slot='0x03' function='0x0'`));
  assert.ok(keeps(`domain='0x0000' bus='0x01' slot='0x00' function='0x0'`));
  // Behind the dmi-to-pci-bridge that libvirt once gave each q35 machine.
  assert.ok(!keeps(`domain='0x0000' bus='0x02' slot='0x01' function='0x0'`));
});

test('a card counts as guarded only with the same filter, parameters and isolation', () => {
  const card = readCard(guarded(guards));
  assert.ok(isGuarded(card, guards));
  assert.ok(!isGuarded(readCard(definition), guards));
  assert.ok(!isGuarded(card, { ...guards, isolated: false }));
  assert.ok(!isGuarded(card, { ...guards, filter: { ...guards.filter, parameters: { IP: '10.0.0.6' } } }));
  assert.ok(isGuarded(readCard(guarded({ isolated: false })), { isolated: false }));
});

test('a filter counts as current in any order of its rules, and not without one of them', () => {
  const xml = filterXml('machine');
  const filter = parseXml(xml);
  const rules = [...xml.matchAll(/<rule.*?<\/rule>/g)].map(([rule]) => rule);
  assert.ok(rules.length > 8);
  assert.ok(isCurrent('machine', xml.replace(rules.join(''), rules.toReversed().join(''))));
  assert.ok(!isCurrent('machine', xml.replace(rules[0] ?? '', '')));
  assert.ok(!isCurrent('machine', xml.replace('clean-traffic', 'allow-arp')));
  assert.ok(!isCurrent('bridged', xml));
  assert.equal(filter.attributes.chain, 'root');
  assert.equal(filter.attributes.name, filterName('machine'));
  assert.match(filterName('machine'), /^cornac-machine-[0-9a-f]{8}$/);
  assert.match(find(filter, 'uuid')?.text ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test('rules that drop come before the chains of libvirt that accept', () => {
  const priorities = findAll(parseXml(filterXml('machine')), 'rule').map(({ attributes }) => attributes);
  for (const { action, priority } of priorities) {
    assert.equal(priority, action === 'accept' ? '-960' : '-950');
  }
});
