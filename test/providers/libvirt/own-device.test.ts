import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MachineXml, machineXml } from '../../../src/providers/libvirt/domain-xml.ts';
import { ownDevice } from '../../../src/providers/libvirt/own-device.ts';
import { find, findAll, parseXml, renderXml } from '../../../src/providers/libvirt/xml.ts';

function own(xml: string) {
  return renderXml(ownDevice(parseXml(xml)));
}

test('a screen with a fixed port of any kind gets a free port', () => {
  assert.equal(
    own(`<graphics type='vnc' port='5901' autoport='no' websocket='5700' listen='127.0.0.1'/>`),
    '<graphics type="vnc" autoport="yes" listen="127.0.0.1" port="-1" websocket="-1"/>',
  );
  assert.equal(
    own(`<graphics type='spice' port='5901' tlsPort='5902'><listen type='address'/></graphics>`),
    '<graphics type="spice" port="-1" autoport="yes"><listen type="address"/></graphics>',
  );
  assert.equal(
    own(`<graphics type='spice'><listen type='none'/></graphics>`),
    '<graphics type="spice"><listen type="none"/></graphics>',
  );
  assert.equal(
    own(`<graphics type='vnc'><listen type='socket' socket='/run/origin.vnc'/></graphics>`),
    '<graphics type="vnc" port="-1" autoport="yes"><listen type="socket"/></graphics>',
  );
  assert.equal(own(`<graphics type='sdl' display=':0'/>`), '<graphics type="sdl" display=":0"/>');
});

test('a console on a shared file, port or device becomes a pty, and another one keeps its source', () => {
  for (const [type, source] of [
    ['file', `<source path='/var/log/origin'/>`],
    ['tcp', `<source mode='bind' host='127.0.0.1' service='4000'/><protocol type='raw'/>`],
    ['unix', `<source mode='bind' path='/run/origin'/>`],
    ['dev', `<source path='/dev/ttyS0'/>`],
    ['pty', `<source path='/dev/pts/3'/><log file='/var/log/origin'/>`],
  ]) {
    assert.equal(
      own(`<serial type='${type}'>${source}<target port='0'/></serial>`),
      '<serial type="pty"><target port="0"/></serial>',
    );
  }
  assert.equal(
    own(`<console type='pty' tty='/dev/pts/3'><target type='serial'/></console>`),
    '<console type="pty"><target type="serial"/></console>',
  );
  assert.equal(own(`<serial type='null'/>`), '<serial type="null"/>');
  // libvirt refuses such a console without its source, which is no path of the host.
  for (const type of ['spiceport', 'dbus']) {
    const console = `<serial type="${type}"><source channel="org.qemu.console"/><target port="0"/></serial>`;
    assert.equal(own(console), console);
  }
});

test('the vsock device gets its own CID', () => {
  assert.equal(
    own(`<vsock model='virtio'><cid auto='no' address='3'/></vsock>`),
    '<vsock model="virtio"><cid auto="yes"/></vsock>',
  );
});

test('serial numbers and UUIDs of the origin are removed from SMBIOS', () => {
  const origin = `<domain type='kvm'><name>o</name><genid>43dc0cf8-809b-4adb-9bea-a9abb5f3d90e</genid>
    <sysinfo type='smbios'><system><entry name='manufacturer'>M</entry><entry name='uuid'>u</entry>
    <entry name='serial'>S1</entry></system></sysinfo><devices/></domain>`;
  const machine: MachineXml = {
    ...{ name: 'cornac-a', uuid: 'a', cpus: 1, memoryMiB: 512 },
    card: { mac: '02:c0:ac:00:00:01', network: 'default', isolated: false },
    root: { path: '/root', format: 'qcow2' },
    data: { path: '/data', format: 'qcow2' },
  };
  const domain = parseXml(machineXml(origin, machine));
  assert.deepEqual(
    findAll(domain, 'sysinfo', 'system', 'entry').map(({ attributes, text }) => [attributes.name, text]),
    [['manufacturer', 'M']],
  );
  assert.equal(find(domain, 'genid')?.text, '');
  assert.equal(find(parseXml(machineXml('<domain/>', machine)), 'genid'), undefined);
});
