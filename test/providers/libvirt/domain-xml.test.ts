import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  diskBySerial,
  diskPaths,
  type MachineXml,
  machineXml,
  macOf,
  readMachineMetadata,
  readOriginVersions,
  resizedXml,
  sizesOf,
  systemDisk,
} from '../../../src/providers/libvirt/domain-xml.ts';
import { find, findAll, parseXml } from '../../../src/providers/libvirt/xml.ts';

const origin = `<domain type='kvm' id='7'>
  <name>cornac--origin</name><uuid>5a1d1e22-0000-0000-0000-000000000000</uuid><title>the template</title>
  <metadata>
    <cornac:origin xmlns:cornac='urn:cornac:libvirt:1'>
      <cornac:postgresql version='15.14'/><cornac:postgresql version='16.10'/>
    </cornac:origin>
    <libosinfo:os xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'/>
  </metadata>
  <maxMemory slots='4' unit='GiB'>8</maxMemory>
  <memory unit='KiB'>2097152</memory><currentMemory unit='KiB'>1048576</currentMemory>
  <vcpu placement='static'>4</vcpu>
  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type><nvram template='/usr/VARS.fd'>/var/origin_VARS.fd</nvram></os>
  <cpu mode='host-model'><topology sockets='1' cores='4' threads='1'/><numa><cell id='0'/></numa><feature name='x'/></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
    <disk type='file' device='disk'><source file='/pool/data.qcow2'/><target dev='vdb' bus='virtio'/><boot order='2'/></disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/><source file='/pool/origin.qcow2'/><target dev='vda' bus='virtio'/>
      <boot order='1'/><address type='pci' slot='0x05'/>
    </disk>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='scsi' index='0'><alias name='scsi0'/><address type='pci' slot='0x06'/></controller>
    <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/><model type='e1000'/></interface>
    <interface type='network'><mac address='52:54:00:00:00:02'/><source network='other'/></interface>
    <serial type='pty'><source path='/dev/pts/3'/><target port='0'/></serial>
    <channel type='unix'><source mode='bind' path='/var/origin.agent'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='vnc' port='-1'/>
  </devices>
  <seclabel type='dynamic' model='dac'/>
</domain>`;

const machine: MachineXml = {
  name: 'cornac-a',
  uuid: '11111111-2222-3333-4444-555555555555',
  card: { mac: '52:54:00:aa:bb:cc', network: 'default', isolated: false },
  cpus: 2,
  memoryMiB: 1024,
  root: { path: '/pool/a.root', format: 'qcow2' },
  data: { path: '/pool/a.pgdata', format: 'qcow2' },
  seed: { path: '/pool/a.seed', format: 'raw' },
  hostKey: 'ssh-ed25519 AAAA',
};

test('a machine has its own name, UUID, MAC address, network and sizes', () => {
  const xml = machineXml(origin, machine);
  const domain = parseXml(xml);
  assert.equal(domain.attributes.id, undefined);
  assert.equal(find(domain, 'name')?.text, 'cornac-a');
  assert.equal(find(domain, 'uuid')?.text, machine.uuid);
  assert.deepEqual(sizesOf(xml), { cpus: 2, memoryMiB: 1024 });
  assert.equal(find(domain, 'currentMemory')?.text, '1024');
  assert.equal(macOf(xml), machine.card.mac);
  assert.equal(findAll(domain, 'devices', 'interface').length, 1);
  assert.equal(find(domain, 'devices', 'interface', 'source')?.attributes.network, 'default');
});

test('a machine has its own disks, and its system disk keeps bus, name and boot order', () => {
  const xml = machineXml(origin, machine);
  assert.deepEqual(diskPaths(xml), ['/pool/a.root', '/pool/a.pgdata', '/pool/a.seed']);
  assert.deepEqual(systemDisk(xml), { path: '/pool/a.root', target: 'vda', bus: 'virtio' });
  assert.equal(find(parseXml(xml), 'devices', 'disk', 'boot')?.attributes.order, '1');
  assert.deepEqual(
    findAll(parseXml(xml), 'devices', 'disk', 'target').map(({ attributes }) => attributes.dev),
    ['vda', 'vdb', 'vdc'],
  );
  assert.equal(diskBySerial(xml, 'pgdata')?.target, 'vdb');
  assert.match(diskBySerial(xml, 'seed')?.xml ?? '', /<readonly\/>/);
  assert.equal(diskBySerial(xml, 'other'), undefined);
});

test('all else of the origin stays, without the origin’s addresses and paths', () => {
  const domain = parseXml(machineXml(origin, machine));
  assert.equal(find(domain, 'devices', 'emulator')?.text, '/usr/bin/qemu-system-x86_64');
  assert.equal(find(domain, 'devices', 'graphics')?.attributes.type, 'vnc');
  assert.equal(find(domain, 'devices', 'interface', 'model')?.attributes.type, 'e1000');
  assert.deepEqual(find(domain, 'devices', 'controller')?.children, []);
  assert.equal(findAll(domain, 'devices', 'controller').length, 1);
  assert.equal(find(domain, 'devices', 'serial', 'source'), undefined);
  assert.equal(find(domain, 'devices', 'channel', 'source'), undefined);
  assert.equal(findAll(domain, 'devices', 'channel').length, 1);
  assert.equal(find(domain, 'os', 'nvram')?.text, '');
  assert.equal(find(domain, 'os', 'nvram')?.attributes.template, '/usr/VARS.fd');
  assert.equal(find(domain, 'cpu', 'topology'), undefined);
  assert.equal(find(domain, 'cpu', 'feature')?.attributes.name, 'x');
  for (const gone of ['title', 'maxMemory', 'seclabel']) assert.equal(find(domain, gone), undefined, gone);
});

test('a clone of the smallest origin has all that a machine needs', () => {
  const small = `<domain type='qemu'><name>o</name><devices>
    <disk type='block'><source dev='/dev/vg/o'/><target dev='vdb'/></disk></devices></domain>`;
  const xml = machineXml(small, { ...machine, seed: undefined });
  assert.deepEqual(systemDisk(small), { path: '/dev/vg/o', target: 'vdb', bus: 'virtio' });
  assert.deepEqual(systemDisk(xml), { path: '/pool/a.root', target: 'vdb', bus: 'virtio' });
  assert.equal(diskBySerial(xml, 'pgdata')?.target, 'vdc');
  assert.equal(
    find(parseXml(xml), 'devices', 'channel', 'target')?.attributes.name,
    'org.qemu.guest_agent.0',
  );
  assert.equal(find(parseXml(xml), 'devices', 'interface', 'model')?.attributes.type, 'virtio');
  assert.equal(systemDisk('<domain/>'), undefined);
});

test('with SMBIOS the identity is in its strings', () => {
  const domain = parseXml(
    machineXml(origin, { ...machine, seed: undefined, hostKey: undefined, oemStrings: ['a=b'] }),
  );
  assert.equal(find(domain, 'os', 'smbios')?.attributes.mode, 'sysinfo');
  assert.equal(find(domain, 'sysinfo', 'oemStrings', 'entry')?.text, 'a=b');
});

test('metadata mark the machines of Cornac, and list the versions of the origin', () => {
  const xml = machineXml(origin, machine);
  assert.deepEqual(readMachineMetadata(xml), { owner: undefined, hostKey: 'ssh-ed25519 AAAA' });
  const owned = machineXml(origin, { ...machine, owner: 'db-OWNER' });
  assert.equal(readMachineMetadata(owned)?.owner, 'db-OWNER');
  assert.deepEqual(readOriginVersions(xml), []);
  assert.deepEqual(readOriginVersions(origin), ['15.14', '16.10']);
  assert.equal(readMachineMetadata(origin), undefined);
  const foreign = `<domain><metadata><cornac:machine xmlns:cornac='urn:other'/></metadata></domain>`;
  assert.equal(readMachineMetadata(foreign), undefined);
});

test('new sizes change nothing else', () => {
  const xml = machineXml(origin, machine);
  const bigger = resizedXml(xml, 4, 4096);
  assert.deepEqual(sizesOf(bigger), { cpus: 4, memoryMiB: 4096 });
  assert.equal(resizedXml(bigger, 2, 1024).length, xml.length);
  assert.deepEqual(sizesOf('<domain><memory>1048576</memory><vcpu>1</vcpu></domain>'), {
    cpus: 1,
    memoryMiB: 1024,
  });
});
